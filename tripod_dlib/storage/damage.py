"""What reading a damaged file raises."""

import tokenize
import zipfile
import zlib

# Of archives and arrays in them: of a file, of a compressed member, of an array's header.
DAMAGES = (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, KeyError)
DAMAGES += (SyntaxError, tokenize.TokenError, MemoryError, OverflowError)
