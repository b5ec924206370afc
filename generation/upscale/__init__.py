"""Upscaling: a printable file of at least four megapixels from a finished picture.

For: originals on their way to a printer. Not for: rendering, previews, or the picture that was
judged, which stays as it is. No torch and no GPU: ncnn on the processor, with the weights of
Real-ESRGAN's smallest general network beside the code (`weights/`). Next: `printing.py`.
"""

from generation.upscale.printing import PRINT_PIXELS, is_printable, printable

__all__ = ["PRINT_PIXELS", "is_printable", "printable"]
