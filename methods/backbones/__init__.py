"""Networks that turn an image into feature maps, shared by the families."""
