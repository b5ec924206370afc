"""How a new version of a checkpoint is proved before styles use it.

`rendering.py` renders the line's golden prompts with the version and with the one before it;
`comparing.py` says how far the pictures are apart; `settling.py` writes that down; a person decides
with `deciding.py`, and may take it back. States: `GoldenRun.State`.
"""
