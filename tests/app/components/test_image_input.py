"""The drop zone for an image."""

from app.components.image_input import image_input


def test_a_webcam_picture_stays_as_the_camera_saw_it():
    """Mirrored, a raised right hand would be called the left one."""
    assert image_input().get_config()["webcam_options"]["mirror"] is False
