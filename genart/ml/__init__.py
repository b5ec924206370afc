"""The scoring CLIP: pictures and words as vectors in one space.

`clip.py` runs both towers with torch, in workers; `text.py` runs the text tower with numpy alone,
in the web process; `weights.py` says which checkpoint both read. The engines that make pictures are
in `generation/engine/`.
"""
