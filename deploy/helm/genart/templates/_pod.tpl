{{/* Labels by which a role's pods are found: dict "root" $ "role" "web" */}}
{{- define "genart.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end }}

{{- define "genart.labels" -}}
{{ include "genart.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "genart.name" -}}
{{ printf "%s-%s" .root.Release.Name .role | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* What every pod of genart has in common. */}}
{{- define "genart.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: 60
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{ include "genart.selector" . | nindent 8 }}
volumes:
  - name: data
    emptyDir: {}
  - name: tmp
    emptyDir: {}
  - name: c2pa
    secret: { secretName: {{ .root.Values.certificateSecret }}, defaultMode: 0440 }
{{- end }}

{{- define "genart.container" -}}
name: {{ .role }}
image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}"
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
args: [{{ .role }}]
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
env:
  - { name: GENART_MODE, value: production }
  - { name: SITE_URL, value: "https://{{ .root.Values.site.host }}" }
  - { name: ALLOWED_HOSTS, value: {{ .root.Values.site.host | quote }} }
  - { name: CSRF_TRUSTED_ORIGINS, value: "https://{{ .root.Values.site.host }}" }
  - { name: C2PA_CERTIFICATE_FILE, value: /etc/genart/c2pa/chain.pem }
  - { name: C2PA_PRIVATE_KEY_FILE, value: /etc/genart/c2pa/signing.key.pem }
  {{- range $name, $value := .root.Values.config }}
  - { name: {{ $name }}, value: {{ $value | quote }} }
  {{- end }}
  {{- with .root.Values.render.device }}
  - { name: ENGINE_DEVICE, value: {{ . | quote }} }
  {{- end }}
envFrom:
  - secretRef: { name: {{ .root.Values.existingSecret }} }
  {{- if and (eq .role "prepare") .root.Values.ownerSecret }}
  - secretRef: { name: {{ .root.Values.ownerSecret }} }
  {{- end }}
volumeMounts:
  - { name: data, mountPath: /var/lib/genart }
  - { name: tmp, mountPath: /tmp }
  - { name: c2pa, mountPath: /etc/genart/c2pa, readOnly: true }
{{- end }}

{{/* Asked as the shop's own host name, and as over TLS: other names are refused. */}}
{{- define "genart.health" -}}
path: /healthz
{{ include "genart.asked" . }}
{{- end }}

{{- define "genart.ready" -}}
path: /readyz
{{ include "genart.asked" . }}
{{- end }}

{{- define "genart.asked" -}}
port: http
httpHeaders:
  - { name: Host, value: {{ .Values.site.host | quote }} }
  - { name: X-Forwarded-Proto, value: https }
{{- end }}
