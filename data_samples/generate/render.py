"""Scenes as pixels: meshes, materials, light and camera handed to Blender's Cycles.

Needs bpy, which is imported where it is used.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from data_samples.generate.camera import SENSOR_WIDTH, Camera
from data_samples.generate.mesh import Mesh
from data_samples.generate.scene import Light, Scene
from data_samples.generate.shaders import Shaders

ZENITH, HORIZON = (1.9, 3.4, 6.3), (12.0, 15.0, 16.0)  # radiance of a clear sky, linear RGB
HAZE = 4.0  # power of (1 - height) with which the horizon's colour fades upwards


def render(scene: Scene, shots: Sequence[tuple[Camera, str]], samples: int, threads: int) -> None:
    """Write a PNG of a scene for each (camera, path); what is built for the first serves them all."""
    import bpy

    world = _filled(scene)
    _add_light(scene.light)
    settings: Any = world.render
    settings.engine, settings.use_persistent_data = "CYCLES", True
    world.cycles.device = "CPU"
    world.cycles.samples = samples
    world.cycles.use_adaptive_sampling = False
    world.cycles.use_denoising = True
    world.cycles.denoiser = "OPENIMAGEDENOISE"
    world.cycles.denoising_prefilter, world.cycles.denoising_quality = "NONE", "BALANCED"
    world.cycles.max_bounces = 2
    world.cycles.diffuse_bounces = 1
    world.cycles.glossy_bounces = 1
    world.cycles.transparent_max_bounces = 2
    world.cycles.seed = scene.seed % (1 << 30)
    world.cycles.caustics_reflective = world.cycles.caustics_refractive = False
    settings.threads_mode, settings.threads = "FIXED", threads
    settings.image_settings.file_format = "PNG"
    world.view_settings.view_transform = "Filmic"
    world.view_settings.look = scene.look
    world.view_settings.exposure = scene.exposure
    for camera, path in shots:
        _add_camera(camera)
        _set_size(settings, camera)
        settings.filepath = path
        bpy.ops.render.render(write_still=True)


def cycles_depth(scene: Scene, threads: int) -> np.ndarray:
    """Depth [H, W] in metres at pixel centres as Cycles' own ray tracer finds it, 0 where there is nothing.

    The ground truth's second opinion: the same meshes and camera, none of this project's geometry.
    """
    import bpy

    world = _filled(scene)
    _add_camera(scene.camera)
    settings: Any = world.render
    settings.engine = "CYCLES"
    world.cycles.samples = 1
    world.cycles.use_adaptive_sampling = world.cycles.use_denoising = False
    world.cycles.pixel_filter_type, world.cycles.filter_width = "BOX", 0.01
    world.cycles.max_bounces = 0
    settings.threads_mode, settings.threads = "FIXED", threads
    _set_size(settings, scene.camera)
    world.view_layers[0].material_override = _depth_material()
    world.view_settings.view_transform = "Raw"
    settings.image_settings.file_format, settings.image_settings.color_depth = "OPEN_EXR", "32"
    with tempfile.TemporaryDirectory() as scratch:
        settings.filepath = str(Path(scratch) / "depth.exr")
        bpy.ops.render.render(write_still=True)
        image = bpy.data.images.load(settings.filepath)
        image.colorspace_settings.name = "Non-Color"
        pixels = np.empty(scene.camera.width * scene.camera.height * 4, dtype=np.float32)
        image.pixels.foreach_get(pixels)
    return pixels.reshape(scene.camera.height, scene.camera.width, 4)[::-1, :, 0]


def _depth_material() -> Any:
    """A glow as strong as the surface is far away."""
    import bpy

    material = bpy.data.materials.new("depth")
    material.use_nodes = True
    nodes, links = material.node_tree.nodes, material.node_tree.links
    nodes.clear()
    output, glow = nodes.new("ShaderNodeOutputMaterial"), nodes.new("ShaderNodeEmission")
    links.new(nodes.new("ShaderNodeCameraData").outputs["View Z Depth"], glow.inputs["Color"])
    links.new(glow.outputs[0], output.inputs["Surface"])
    return material


def _filled(scene: Scene) -> Any:
    """An otherwise empty Blender scene with the meshes."""
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    shaders = Shaders()
    for number, mesh in enumerate(scene.meshes()):
        _add_mesh(mesh, f"mesh{number}", shaders)
    return bpy.context.scene


def _set_size(settings: Any, camera: Camera) -> None:
    settings.resolution_x, settings.resolution_y, settings.resolution_percentage = camera.width, camera.height, 100


def _add_mesh(mesh: Mesh, name: str, shaders: Shaders) -> None:
    import bpy

    data = bpy.data.meshes.new(name)
    data.vertices.add(len(mesh.vertices))
    data.vertices.foreach_set("co", mesh.vertices.astype(np.float32).ravel())
    data.loops.add(3 * len(mesh.triangles))
    data.loops.foreach_set("vertex_index", mesh.triangles.astype(np.int32).ravel())
    data.polygons.add(len(mesh.triangles))
    data.polygons.foreach_set("loop_start", np.arange(0, 3 * len(mesh.triangles), 3, dtype=np.int32))
    data.polygons.foreach_set("use_smooth", np.full(len(mesh.triangles), mesh.smooth))
    rest = data.attributes.new("rest", "FLOAT_VECTOR", "POINT")
    rest.data.foreach_set("vector", mesh.rest.astype(np.float32).ravel())
    if mesh.colours is not None:
        colour = data.attributes.new("paint", "FLOAT_COLOR", "POINT")
        colour.data.foreach_set(
            "color", np.concatenate([mesh.colours, np.ones((len(mesh.colours), 1))], axis=1).astype(np.float32).ravel()
        )
    data.update()
    data.materials.append(shaders.get(mesh.material))
    bpy.context.scene.collection.objects.link(bpy.data.objects.new(name, data))


def _add_camera(camera: Camera) -> None:
    import bpy
    from mathutils import Matrix

    data = bpy.data.cameras.new("camera")
    data.sensor_fit = "HORIZONTAL"
    data.sensor_width = SENSOR_WIDTH
    data.lens = camera.focal * SENSOR_WIDTH / camera.width
    data.clip_start, data.clip_end = 0.05, 1000.0
    item = bpy.data.objects.new("camera", data)
    right, down, forward = camera.rotation
    item.matrix_world = Matrix(np.column_stack([right, -down, -forward]).tolist()).to_4x4()
    item.location = camera.position.tolist()
    bpy.context.scene.collection.objects.link(item)
    bpy.context.scene.camera = item


def _add_light(light: Light) -> None:
    import bpy

    world = bpy.data.worlds.new("world")
    bpy.context.scene.world = world
    world.use_nodes = True
    world.cycles.sampling_method, world.cycles.sample_map_resolution = "MANUAL", 64  # the sky is smooth
    nodes, links = world.node_tree.nodes, world.node_tree.links
    background = nodes["Background"]
    background.inputs["Strength"].default_value = light.sky_strength
    background.inputs["Color"].default_value = (*light.sky_colour, 1.0)
    if light.sky:
        links.new(_clear_sky(nodes, links), background.inputs["Color"])
    if light.sun_strength > 0:
        sun = bpy.data.lights.new("sun", "SUN")
        sun.energy, sun.angle, sun.color = light.sun_strength, light.sun_softness, light.sun_colour
        item = bpy.data.objects.new("sun", sun)
        item.rotation_euler = (np.pi / 2 - light.sun_height, 0.0, light.sun_turn)
        bpy.context.scene.collection.objects.link(item)
    for position, size, energy, colour in light.lamps:
        lamp = bpy.data.lights.new("lamp", "AREA")
        lamp.size, lamp.energy, lamp.color = size, energy, colour
        item = bpy.data.objects.new("lamp", lamp)
        item.location = position
        bpy.context.scene.collection.objects.link(item)


def _clear_sky(nodes: Any, links: Any) -> Any:
    """A gradient from zenith to horizon like that of Cycles' own sky at noon, which takes seconds to prepare."""
    place, height = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeSeparateXYZ")
    links.new(place.outputs["Generated"], height.inputs[0])
    low = nodes.new("ShaderNodeMath")
    low.operation, low.use_clamp = "SUBTRACT", True
    low.inputs[0].default_value = 1.0
    links.new(height.outputs["Z"], low.inputs[1])
    haze = nodes.new("ShaderNodeMath")
    haze.operation = "POWER"
    links.new(low.outputs[0], haze.inputs[0])
    haze.inputs[1].default_value = HAZE
    mix = nodes.new("ShaderNodeMix")
    mix.data_type = "RGBA"
    links.new(haze.outputs[0], mix.inputs["Factor"])
    ends, colours = [socket for socket in mix.inputs if socket.type == "RGBA"], (ZENITH, HORIZON)
    for socket, colour in zip(ends, colours, strict=True):
        socket.default_value = (*colour, 1.0)
    return next(socket for socket in mix.outputs if socket.type == "RGBA")
