# The layers, one static library each: a folder of src/ and the layers that it may include. scripts/check_layers.sh reads
# this file through CMake and holds every #include to it; docs/architecture.md draws it.
#
#   aic_layer(FOLDER [SMALL] [ROOMS] [LINK layers…])
#   SMALL: a release is compiled for size, as no loop over bytes is in this layer.
#   ROOMS: its folders belong to it. Without it each folder below is a layer of its own.
aic_layer(base)
aic_layer(net LINK base)
aic_layer(http LINK net base)
aic_layer(http/client LINK http net base)
aic_layer(http/server LINK http net base)
aic_layer(auth SMALL LINK http/server http net base)
aic_layer(aic SMALL LINK http net base)
aic_layer(tools SMALL ROOMS LINK aic http net base)
aic_layer(mcp LINK net base)
aic_layer(mcp/http LINK mcp http/server http net base)
aic_layer(app SMALL ROOMS LINK mcp tools aic auth http/client http/server http net base)
aic_layer(sandbox ROOMS LINK http/server http net base)
