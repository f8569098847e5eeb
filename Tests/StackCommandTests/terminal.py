"""Runs a command on a terminal: terminal.py PROMPT ANSWER COMMAND...

Types the answer (with escapes such as \\n and \\x03) once the prompt is there, prints all that the terminal got, and ends
as the command did, with 128 and the number for a signal.
"""

import fcntl
import os
import pty
import struct
import sys
import termios

prompt, answer = sys.argv[1].encode(), sys.argv[2].encode().decode("unicode_escape").encode()
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[3], sys.argv[3:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
seen = b""
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    seen += data
    if answer and prompt in seen:
        os.write(terminal, answer)
        answer = b""
_, status = os.waitpid(child, 0)
sys.stdout.buffer.write(seen)
sys.stdout.flush()
code = os.waitstatus_to_exitcode(status)
sys.exit(128 - code if code < 0 else code)
