// Included before everything else in the Windows build: windows.h takes everyday words away, and Asio brings it along.
#pragma once

#include <windows.h>
#include <winsock2.h>

#undef near
#undef far
