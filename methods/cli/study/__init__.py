"""`python -m methods study`: one effect, a paper's or our own, measured closely on our weights."""

import typer

from methods.catalog import families
from methods.cli.common import Commands
from methods.cli.study.distances import distances
from methods.cli.study.measuring import study_command
from methods.cli.study.precision import precision
from methods.family import load

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Measure one effect closely, with our weights.")
app.command()(distances)
app.command()(precision)
for family in families():
    for name, study in family.studies.items():
        own = load(study.command) if study.command else study_command(study, family.variants[0].name)
        app.command(name)(own)
    for place in family.commands:
        app.command()(load(place))
