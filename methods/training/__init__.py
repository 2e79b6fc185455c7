"""One trainer for all methods: recipes say how long and on what, tasks say what a method learns."""
