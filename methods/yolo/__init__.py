"""Ultralytics' YOLO11 pose model: one dense detector that gives a box and a whole pose at every cell."""
