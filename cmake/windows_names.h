// Included before everything else in the Windows build: windows.h takes everyday words away, and Asio brings it along.
#pragma once

#include <winsock2.h>
#include <windows.h>

#undef near
#undef far
