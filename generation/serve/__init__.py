"""Our worker as a service of others: a RunPod handler and a SageMaker container, no database.

Both render what `contract.py` describes with this project's engine. How to build and start them is
in `docs/serve.md`.
"""
