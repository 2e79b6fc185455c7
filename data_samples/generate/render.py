"""Scenes as pixels: meshes, materials, light and camera handed to Blender's Cycles.

Needs bpy, which is imported where it is used.
"""

from typing import Any

import numpy as np

from data_samples.generate.camera import SENSOR_WIDTH, Camera
from data_samples.generate.mesh import Mesh
from data_samples.generate.scene import Light, Scene
from data_samples.generate.shaders import Shaders


def render(scene: Scene, path: str, samples: int, threads: int) -> None:
    """Write a scene as a PNG of the camera's size."""
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    shaders = Shaders()
    for number, mesh in enumerate(scene.meshes()):
        _add_mesh(mesh, f"mesh{number}", shaders)
    _add_light(scene.light)
    _add_camera(scene.camera)
    world = bpy.context.scene
    settings: Any = world.render
    settings.engine = "CYCLES"
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
    settings.resolution_x, settings.resolution_y, settings.resolution_percentage = (
        scene.camera.width,
        scene.camera.height,
        100,
    )
    settings.image_settings.file_format = "PNG"
    world.view_settings.view_transform = "Filmic"
    world.view_settings.look = scene.look
    world.view_settings.exposure = scene.exposure
    settings.filepath = path
    bpy.ops.render.render(write_still=True)


def depth_pass(scene: Scene, path: str, threads: int) -> None:
    """Write Cycles' own depth at pixel centres (OpenEXR, metres along the view axis): the truth's second opinion."""
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    shaders = Shaders()
    for number, mesh in enumerate(scene.meshes()):
        _add_mesh(mesh, f"mesh{number}", shaders)
    _add_camera(scene.camera)
    world = bpy.context.scene
    world.render.engine = "CYCLES"
    world.cycles.samples = 1
    world.cycles.use_denoising = False
    world.cycles.pixel_filter_type = "BOX"
    world.cycles.filter_width = 0.01
    world.cycles.max_bounces = 0
    world.render.threads_mode, world.render.threads = "FIXED", threads
    world.render.resolution_x, world.render.resolution_y = scene.camera.width, scene.camera.height
    world.view_layers[0].use_pass_z = True
    world.render.image_settings.file_format = "OPEN_EXR_MULTILAYER"
    world.render.filepath = path
    bpy.ops.render.render(write_still=True)


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
    nodes, links = world.node_tree.nodes, world.node_tree.links
    background = nodes["Background"]
    background.inputs["Strength"].default_value = light.sky_strength
    background.inputs["Color"].default_value = (*light.sky_colour, 1.0)
    if light.sky:
        sky = nodes.new("ShaderNodeTexSky")
        sky.sky_type = "MULTIPLE_SCATTERING" if "MULTIPLE_SCATTERING" in _sky_kinds(sky) else "NISHITA"
        sky.sun_elevation, sky.sun_rotation = light.sun_height, light.sun_turn
        sky.sun_disc = False
        links.new(sky.outputs["Color"], background.inputs["Color"])
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


def _sky_kinds(sky: Any) -> list[str]:
    return [item.identifier for item in sky.bl_rna.properties["sky_type"].enum_items]
