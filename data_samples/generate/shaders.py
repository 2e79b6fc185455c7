"""Blender materials for the kinds of mesh.Material. Needs bpy, which is imported where it is used."""

from typing import Any

from data_samples.generate.mesh import Material


class Shaders:
    """Builds each material once per scene."""

    def __init__(self) -> None:
        self.made: dict[Material, Any] = {}

    def get(self, material: Material) -> Any:
        if material not in self.made:
            self.made[material] = _build(material)
        return self.made[material]


class _Tree:
    """A material's node tree with short ways to add nodes."""

    def __init__(self, material: Material) -> None:
        import bpy

        self.result = bpy.data.materials.new(material.kind)
        self.result.use_nodes = True
        self.nodes, self.links = self.result.node_tree.nodes, self.result.node_tree.links
        self.shader = self.nodes["Principled BSDF"]
        self.set("Roughness", material.rough)
        self.set("Specular IOR Level", 0.35)
        self.set("Base Color", (*material.colour, 1.0))
        self.place = self.node("ShaderNodeAttribute", attribute_name="rest").outputs["Vector"]

    def node(self, kind: str, **settings: Any) -> Any:
        node = self.nodes.new(kind)
        for name, value in settings.items():
            setattr(node, name, value)
        return node

    def set(self, name: str, value: Any) -> None:
        self.shader.inputs[name].default_value = value

    def link(self, output: Any, name: str) -> None:
        self.links.new(output, self.shader.inputs[name])

    def scaled(self, scale: tuple[float, float, float] | float) -> Any:
        """The surface's rest position, multiplied."""
        node = self.node("ShaderNodeVectorMath", operation="MULTIPLY")
        self.links.new(self.place, node.inputs[0])
        node.inputs[1].default_value = (scale,) * 3 if isinstance(scale, (int, float)) else scale
        return node.outputs[0]

    def noise(self, scale: float, detail: float = 2.0, stretch: tuple[float, float, float] = (1, 1, 1)) -> Any:
        node = self.node("ShaderNodeTexNoise")
        node.inputs["Scale"].default_value = 1.0
        node.inputs["Detail"].default_value = detail
        sx, sy, sz = stretch
        self.links.new(self.scaled((scale * sx, scale * sy, scale * sz)), node.inputs["Vector"])
        return node.outputs[0]

    def mix(self, factor: Any, first: Any, second: Any) -> Any:
        """A colour between two (tuples or outputs) by an output 0 to 1."""
        node = self.node("ShaderNodeMix", data_type="RGBA")
        self.links.new(factor, node.inputs["Factor"])
        for name, value in (("A", first), ("B", second)):
            socket = next(s for s in node.inputs if s.name == name and s.type == "RGBA")
            if isinstance(value, tuple):
                socket.default_value = (*value, 1.0)
            else:
                self.links.new(value, socket)
        return next(s for s in node.outputs if s.type == "RGBA")

    def step(self, value: Any, edge: float, width: float = 0.02) -> Any:
        node = self.node("ShaderNodeMapRange")
        node.inputs["From Min"].default_value = edge - width
        node.inputs["From Max"].default_value = edge + width
        self.links.new(value, node.inputs["Value"])
        return node.outputs[0]

    def bump(self, height: Any, strength: float, distance: float) -> None:
        node = self.node("ShaderNodeBump")
        node.inputs["Strength"].default_value = strength
        node.inputs["Distance"].default_value = distance
        self.links.new(height, node.inputs["Height"])
        self.link(node.outputs[0], "Normal")

    def split(self, vector: Any) -> Any:
        node = self.node("ShaderNodeSeparateXYZ")
        self.links.new(vector, node.inputs[0])
        return node.outputs

    def math(self, operation: str, first: Any, second: Any = 0.0) -> Any:
        node = self.node("ShaderNodeMath", operation=operation)
        for socket, value in zip(node.inputs, (first, second), strict=False):
            if isinstance(value, (int, float)):
                socket.default_value = value
            else:
                self.links.new(value, socket)
        return node.outputs[0]


def _build(material: Material) -> Any:
    tree = _Tree(material)
    _KINDS[material.kind](tree, material)
    return tree.result


def _cloth(tree: _Tree, material: Material) -> None:
    tree.set("Sheen Weight", 0.15)
    tree.bump(tree.noise(9.0, 2.0, (1.0, 1.0, 0.55)), 0.55 * material.bump, 0.03)


def _plain(tree: _Tree, material: Material) -> None:
    tint = tuple(0.8 * c for c in material.colour)
    tree.link(tree.mix(tree.noise(5.0), tint, material.colour), "Base Color")
    _cloth(tree, material)


def _denim(tree: _Tree, material: Material) -> None:
    worn = tree.step(tree.noise(4.0, 3.0), 0.55, 0.2)
    tree.link(tree.mix(worn, material.colour, material.second), "Base Color")
    _cloth(tree, material)


def _stripes(tree: _Tree, material: Material) -> None:
    z = tree.split(tree.scaled(material.scale))[2]
    band = tree.step(tree.math("FRACT", z), 0.5)
    tree.link(tree.mix(band, material.colour, material.second), "Base Color")
    _cloth(tree, material)


def _checks(tree: _Tree, material: Material) -> None:
    x, _, z = tree.split(tree.scaled(material.scale))
    first = tree.mix(tree.step(tree.math("FRACT", z), 0.5), material.colour, material.second)
    dark = tuple(0.45 * (a + b) / 2 for a, b in zip(material.colour, material.second, strict=True))
    tree.link(tree.mix(tree.step(tree.math("FRACT", x), 0.62), first, dark), "Base Color")
    _cloth(tree, material)


def _print(tree: _Tree, material: Material) -> None:
    cells = tree.node("ShaderNodeTexVoronoi")
    cells.inputs["Scale"].default_value = 1.0
    tree.links.new(tree.scaled(material.scale), cells.inputs["Vector"])
    spot = tree.step(cells.outputs["Distance"], 0.38)
    tree.link(tree.mix(spot, material.second, material.colour), "Base Color")
    _cloth(tree, material)


def _panel(tree: _Tree, material: Material) -> None:
    """A plain top with a printed blot on the chest."""
    x, y, z = tree.split(tree.scaled(1.0))
    near = tree.math("LESS_THAN", tree.math("ABSOLUTE", x), 0.11)
    front = tree.math("LESS_THAN", y, 0.0)
    high = tree.math("MULTIPLY", tree.math("GREATER_THAN", z, 0.38), tree.math("LESS_THAN", z, 0.56))
    blot = tree.step(tree.noise(14.0, 1.0), 0.48)
    inside = tree.math("MULTIPLY", tree.math("MULTIPLY", near, front), tree.math("MULTIPLY", high, blot))
    tree.link(tree.mix(inside, material.colour, material.second), "Base Color")
    _cloth(tree, material)


def _skin(tree: _Tree, material: Material) -> None:
    paint = tree.node("ShaderNodeAttribute", attribute_name="paint").outputs["Color"]
    blotch = tree.mix(tree.noise(30.0, 3.0), (0.9, 0.86, 0.86), (1.06, 1.03, 1.02))
    both = tree.node("ShaderNodeMix", data_type="RGBA", blend_type="MULTIPLY")
    both.inputs["Factor"].default_value = 1.0
    sockets = [s for s in both.inputs if s.type == "RGBA"]
    tree.links.new(paint, sockets[0])
    tree.links.new(blotch, sockets[1])
    tree.link(next(s for s in both.outputs if s.type == "RGBA"), "Base Color")
    tree.bump(tree.noise(180.0, 0.0), 0.15, 0.004)


def _eye(tree: _Tree, material: Material) -> None:
    forward = tree.math("MULTIPLY", tree.split(tree.place)[1], -1.0)
    iris = tree.mix(tree.step(forward, 0.955, 0.01), material.colour, (0.005, 0.005, 0.005))
    tree.link(tree.mix(tree.step(forward, 0.83, 0.01), (0.75, 0.72, 0.7), iris), "Base Color")
    tree.set("Roughness", 0.08)


def _hair(tree: _Tree, material: Material) -> None:
    strands = tree.noise(60.0, 2.0, (1.0, 1.0, 0.12))
    dark = tuple(0.35 * c for c in material.colour)
    light = tuple(1.5 * c + 0.004 for c in material.colour)
    tree.link(tree.mix(strands, dark, light), "Base Color")
    tree.bump(strands, 0.8, 0.02)


def _rough(tree: _Tree, material: Material) -> None:
    """Earth, asphalt, plaster, bark: two tones in blots of about 1 / scale metres."""
    tone = tree.mix(tree.noise(material.scale, 4.0), material.colour, material.second)
    tree.link(tone, "Base Color")
    tree.bump(tree.noise(6 * material.scale, 1.0), material.bump, 0.05)


def _bricks(tree: _Tree, material: Material) -> None:
    wall = tree.node("ShaderNodeTexBrick")
    wall.inputs["Scale"].default_value = 1.0
    wall.inputs["Color1"].default_value = (*material.colour, 1.0)
    wall.inputs["Color2"].default_value = (*(0.7 * c for c in material.colour), 1.0)
    wall.inputs["Mortar"].default_value = (*material.second, 1.0)
    x, y, z = tree.split(tree.scaled(material.scale))
    place = tree.node("ShaderNodeCombineXYZ")
    tree.links.new(tree.math("ADD", x, y), place.inputs[0])
    tree.links.new(z, place.inputs[1])
    tree.links.new(place.outputs[0], wall.inputs["Vector"])
    tree.link(wall.outputs["Color"], "Base Color")


def _tiles(tree: _Tree, material: Material) -> None:
    wall = tree.node("ShaderNodeTexBrick", offset=0.0)
    wall.inputs["Scale"].default_value = 1.0
    wall.inputs["Brick Width"].default_value = 0.5
    wall.inputs["Row Height"].default_value = 0.5
    wall.inputs["Mortar Size"].default_value = 0.012
    wall.inputs["Color1"].default_value = (*material.colour, 1.0)
    wall.inputs["Color2"].default_value = (*(0.85 * c for c in material.colour), 1.0)
    wall.inputs["Mortar"].default_value = (*material.second, 1.0)
    tree.links.new(tree.scaled(material.scale), wall.inputs["Vector"])
    tree.link(wall.outputs["Color"], "Base Color")


def _wood(tree: _Tree, material: Material) -> None:
    grain = tree.noise(material.scale, 4.0, (1.0, 12.0, 12.0))
    tree.link(tree.mix(grain, material.colour, material.second), "Base Color")
    tree.bump(grain, 0.2, 0.01)


def _leaf(tree: _Tree, material: Material) -> None:
    tree.link(tree.mix(tree.noise(3.0, 2.0), material.colour, material.second), "Base Color")
    tree.set("Transmission Weight", 0.0)


def _smooth(tree: _Tree, material: Material) -> None:
    """Metal, lacquer, plastic, glass seen from outside."""


def _glow(tree: _Tree, material: Material) -> None:
    tree.set("Emission Color", (*material.colour, 1.0))
    tree.set("Emission Strength", material.scale)


_KINDS = {
    "plain": _plain, "denim": _denim, "stripes": _stripes, "checks": _checks, "print": _print, "panel": _panel,
    "skin": _skin, "eye": _eye, "hair": _hair, "rough": _rough, "bricks": _bricks, "tiles": _tiles,
    "wood": _wood, "leaf": _leaf, "smooth": _smooth, "glow": _glow,
}  # fmt: skip
