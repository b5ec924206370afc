"""Run a training step without Django: `python -m generation.house.training denoiser`."""

from generation.house.training.command import main

main()
