"""A room with one object, ray-cast: how much of each material every pixel shows, and how bright.

Colours enter linearly, so a geometry is traced once and coloured afterwards. Units are those of the
object: one of scale 1 is about 2 high. The floor is y = 0, the walls are x = -4.5, x = 4.5 and
z = -4.5, and the camera goes round the object on a circle.
"""

import numpy as np

SHAPES = ("cube", "cylinder", "sphere", "capsule")

ROOM = 4.5
CAMERA_RADIUS, CAMERA_HEIGHT = 6.0, 3.4
LOOK_AT = np.array([0.0, 0.95, 0.0])
HALF_VIEW = 0.28  # tangent of half the field of view
LIGHT = np.array([0.45, 0.75, 0.5]) / np.linalg.norm([0.45, 0.75, 0.5])
AMBIENT = 0.45
WALL_BRIGHTNESS = (0.62, 0.80, 1.0)  # left, right, back
SHADOW = 0.62
SUBSAMPLES = 4
FAR = 1e9


def trace(shape: str, scale: float, azimuth: float, size: int) -> np.ndarray:
    """The brightness of each material in each pixel.

    Args:
      shape: One of `SHAPES`.
      scale: Size of the object, 1 being the largest that fits the view well.
      azimuth: Camera's angle round the object, in radians, 0 facing the back wall.
      size: Side of the image in pixels.

    Returns:
      brightness: float32 (size, size, 3), for floor, wall and object: the mean over 4 x 4 rays of
        the shading where the ray hits that material, 0 elsewhere.
    """
    origin, directions = _rays(azimuth, size)
    distance, normal = _hit_object(shape, scale, origin, directions)
    floor = np.where(directions[:, 1] < 0, -origin[1] / np.minimum(directions[:, 1], -1e-12), FAR)
    wall, wall_brightness = _hit_walls(origin, directions)
    room = np.minimum(floor, wall)
    on_object = distance < room
    on_floor = ~on_object & (floor < wall)
    on_wall = ~on_object & ~on_floor

    shade = np.zeros((len(directions), 3))
    lit = np.clip(normal @ LIGHT, 0.0, 1.0)
    shade[:, 2] = np.where(on_object, AMBIENT + (1 - AMBIENT) * lit, 0.0)
    points = origin + directions * np.where(on_floor, floor, 0.0)[:, None]
    shadowed = _hit_object(
        shape, scale, points + 1e-6 * LIGHT, np.broadcast_to(LIGHT, points.shape)
    )
    shade[:, 0] = on_floor * np.where(shadowed[0] < FAR, SHADOW, 1.0)
    shade[:, 1] = on_wall * wall_brightness
    rays = shade.reshape(size, SUBSAMPLES, size, SUBSAMPLES, 3)
    return rays.mean(axis=(1, 3)).astype(np.float32)


def _rays(azimuth: float, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Camera position (3,) and unit directions (rays, 3), row by row."""
    origin = np.array(
        [CAMERA_RADIUS * np.sin(azimuth), CAMERA_HEIGHT, CAMERA_RADIUS * np.cos(azimuth)]
    )
    forward = LOOK_AT - origin
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    up = np.cross(right, forward)
    count = size * SUBSAMPLES
    offsets = ((np.arange(count) + 0.5) / count * 2.0 - 1.0) * HALF_VIEW
    across, down = np.meshgrid(offsets, offsets)
    directions = forward + across[..., None] * right - down[..., None] * up
    directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
    return origin, directions.reshape(-1, 3)


def _hit_walls(origin: np.ndarray, directions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    planes = [(0, -ROOM), (0, ROOM), (2, -ROOM)]
    distances = np.stack(
        [_positive((at - origin[axis]) / _away_from_0(directions[:, axis])) for axis, at in planes]
    )
    nearest = distances.argmin(axis=0)
    return distances.min(axis=0), np.array(WALL_BRIGHTNESS)[nearest]


def _hit_object(
    shape: str, scale: float, origin: np.ndarray, directions: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Distance (rays,), `FAR` where missed, and outward normal (rays, 3)."""
    origin = np.broadcast_to(origin, directions.shape) / scale
    if shape == "cube":
        distance, normal = _hit_box(origin, directions, np.array([0.9, 1.8, 0.9]))
    elif shape == "sphere":
        distance, normal = _hit_sphere(origin, directions, 1.05, 1.05)
    elif shape == "cylinder":
        distance, normal = _hit_cylinder(origin, directions, 0.85, 0.0, 2.0)
    else:
        parts = [
            _hit_cylinder(origin, directions, 0.7, 0.7, 1.7, capped=False),
            _hit_sphere(origin, directions, 0.7, 0.7),
            _hit_sphere(origin, directions, 1.7, 0.7),
        ]
        nearest = np.argmin([part[0] for part in parts], axis=0)
        rows = np.arange(len(directions))
        distance = np.stack([part[0] for part in parts])[nearest, rows]
        normal = np.stack([part[1] for part in parts])[nearest, rows]
    return np.where(distance < FAR, distance * scale, FAR), normal


def _hit_sphere(
    origin: np.ndarray, directions: np.ndarray, height: float, radius: float
) -> tuple[np.ndarray, np.ndarray]:
    offset = origin - np.array([0.0, height, 0.0])
    half = (offset * directions).sum(axis=1)
    discriminant = half**2 - (offset**2).sum(axis=1) + radius**2
    distance = _positive(np.where(discriminant > 0, -half - np.sqrt(np.abs(discriminant)), FAR))
    return distance, (offset + directions * np.minimum(distance, 1e3)[:, None]) / radius


def _hit_cylinder(
    origin: np.ndarray,
    directions: np.ndarray,
    radius: float,
    bottom: float,
    top: float,
    capped: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    flat_origin, flat = origin[:, [0, 2]], directions[:, [0, 2]]
    a = np.maximum((flat**2).sum(axis=1), 1e-12)
    half = (flat_origin * flat).sum(axis=1)
    discriminant = half**2 - a * ((flat_origin**2).sum(axis=1) - radius**2)
    side = (-half - np.sqrt(np.abs(discriminant))) / a
    height = origin[:, 1] + side * directions[:, 1]
    hits = (discriminant > 0) & (side > 0) & (height >= bottom) & (height <= top)
    distance = np.where(hits, side, FAR)
    points = flat_origin + flat * np.where(hits, side, 0.0)[:, None]
    normal = np.stack([points[:, 0], np.zeros(len(points)), points[:, 1]], axis=1) / radius
    if capped:
        lid = _positive((top - origin[:, 1]) / _away_from_0(directions[:, 1]))
        at = flat_origin + flat * np.minimum(lid, 1e3)[:, None]
        on_lid = ((at**2).sum(axis=1) <= radius**2) & (lid < distance)
        distance = np.where(on_lid, lid, distance)
        normal[on_lid] = [0.0, 1.0, 0.0]
    return distance, normal


def _hit_box(
    origin: np.ndarray, directions: np.ndarray, extent: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """A box from (-x, 0, -z) to (x, y, z)."""
    low, high = -extent * [1, 0, 1], extent
    safe = _away_from_0(directions)
    one, other = (low - origin) / safe, (high - origin) / safe
    enter, leave = np.minimum(one, other), np.maximum(one, other)
    distance = enter.max(axis=1)
    hits = (distance < leave.min(axis=1)) & (distance > 0)
    normal = np.zeros_like(directions)
    axis = enter.argmax(axis=1)
    rows = np.arange(len(directions))
    normal[rows, axis] = -np.sign(directions[rows, axis])
    return np.where(hits, distance, FAR), normal


def _away_from_0(values: np.ndarray) -> np.ndarray:
    return np.where(np.abs(values) < 1e-12, 1e-12, values)


def _positive(distance: np.ndarray) -> np.ndarray:
    return np.where(distance > 0, distance, FAR)
