"""PoseDet's ablations on our weights."""
