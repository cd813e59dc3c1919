# cmake -DFILE=in -DOUT=out.cpp -DNAMESPACE=a::b -DSYMBOL=name -P embed.cmake
file(READ ${FILE} hex HEX)
string(LENGTH "${hex}" length)
math(EXPR length "${length} / 2")
string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${hex}")
string(REGEX REPLACE "(................................................................)" "\\1\"\n\"" bytes "${bytes}")
file(WRITE ${OUT} "#include <string_view>\n\nnamespace ${NAMESPACE} {\nextern const std::string_view ${SYMBOL};\nconst std::string_view ${SYMBOL}{\n\"${bytes}\", ${length}};\n}  // namespace ${NAMESPACE}\n")
