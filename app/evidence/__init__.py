"""What methods saw on the way to their answers, as marks that the viewer can draw."""
