# Files as constant arrays of bytes in a C header:
#   cmake -DOUTPUT=page_data.h -DDIRECTORY=... "-DFILES=page.html;page.css" -P embed.cmake
set(text "/* Made by embed.cmake from: ${FILES} */\n")
foreach(name ${FILES})
	file(READ ${DIRECTORY}/${name} bytes HEX)
	string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
	string(REPLACE "." "_" symbol ${name})
	string(APPEND text
		"static const unsigned char zt_${symbol}[] = { ${bytes} };\n")
endforeach()
file(WRITE ${OUTPUT} "${text}")
