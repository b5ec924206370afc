"""The two networks of the marks finder: where a mark may stand, and which one it is.

`Finder` looks at a whole picture, small, and says for each cell of 4 × 4 pixels how likely the
middle of a mark lies in it, and how large that mark is. `Embedder` turns a square crop into a unit
vector: the same mark in other colours, on another ground, gives nearly the same vector. Both are
ordinary convolutions, some hundred thousand weights, quick on one CPU thread.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

STRIDE = 4
CANVAS = 128
"""Pixels of a side of the pictures that the finder looks at."""
HEAT, SIZE, SHIFT = 0, slice(1, 3), slice(3, 5)
CHANNELS = 5
CROP = 64
DIM = 128


class Separable(nn.Module):
    """A depthwise and a pointwise convolution, with a shortcut where shapes allow."""

    def __init__(self, inside: int, outside: int, stride: int = 1, dilation: int = 1) -> None:
        super().__init__()
        self.deep = nn.Conv2d(
            inside, inside, 3, stride, dilation, dilation, groups=inside, bias=False
        )
        self.norm = nn.BatchNorm2d(inside)
        self.mix = nn.Conv2d(inside, outside, 1, bias=False)
        self.out = nn.BatchNorm2d(outside)
        self.kept = inside == outside and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        """Map `(n, inside, h, w)` to `(n, outside, h / stride, w / stride)`."""
        y = self.out(self.mix(functional.relu(self.norm(self.deep(x)))))
        return functional.relu(x + y) if self.kept else functional.relu(y)


def plain(inside: int, outside: int, stride: int = 1) -> nn.Sequential:
    """Return a 3 × 3 convolution with norm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU()
    )


class Finder(nn.Module):
    """Pictures to a map of marks at stride 4; about 0.3 million weights."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(plain(3, 24, 2), Separable(24, 48, 2), Separable(48, 48))
        self.eight = nn.Sequential(Separable(48, 96, 2), Separable(96, 96), Separable(96, 96))
        self.sixteen = nn.Sequential(
            Separable(96, 160, 2), *(Separable(160, 160, dilation=d) for d in (1, 2, 1, 2))
        )
        self.down = nn.Conv2d(160, 96, 1)
        self.smooth = Separable(96, 96)
        self.across, self.side = nn.Conv2d(96, 64, 1), nn.Conv2d(48, 64, 1)
        self.head = nn.Sequential(Separable(64, 64), Separable(64, 64))
        self.out = nn.Conv2d(64, CHANNELS, 1)
        with torch.no_grad():
            self.out.bias[:] = torch.tensor([-4.0, 2.2, 2.2, 0.5, 0.5])  # nearly all is empty

    def forward(self, pictures: Tensor) -> Tensor:
        """Map `(n, 3, h, w)` in −1 … 1, sides divisible by 16, to `(n, 5, h / 4, w / 4)`."""
        four = self.stem(pictures)
        eight = self.eight(four)
        far = functional.interpolate(self.down(self.sixteen(eight)), scale_factor=2.0)
        near = self.smooth(far + eight)
        both = functional.interpolate(self.across(near), scale_factor=2.0) + self.side(four)
        maps: Tensor = self.out(self.head(functional.relu(both)))
        return maps


class Embedder(nn.Module):
    """Crops of 64 pixels to unit vectors of `DIM` numbers; about 0.6 million weights."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            plain(3, 32, 2), plain(32, 48), plain(48, 64, 2), plain(64, 64),
            plain(64, 96, 2), plain(96, 96), plain(96, 128, 2),
        )  # fmt: skip
        self.squeeze = nn.Sequential(
            nn.Conv2d(128, 64, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()
        )
        self.out = nn.Linear(64 * 16, DIM)

    def forward(self, crops: Tensor) -> Tensor:
        """Map `(n, 3, 64, 64)` in −1 … 1 to unit rows `(n, DIM)`."""
        flat = self.squeeze(self.body(crops)).flatten(1)
        return functional.normalize(self.out(flat), dim=1)


def as_input(pictures: Tensor) -> Tensor:
    """Turn sRGB bytes `(n, h, w, 3)` into network input `(n, 3, h, w)` in −1 … 1."""
    return pictures.permute(0, 3, 1, 2).float() / 127.5 - 1
