"""The live catalogue as arrays in this process, and nearest neighbours over them."""
