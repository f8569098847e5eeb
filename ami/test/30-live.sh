# The doctor's own word: 200 from /live means that pgpool runs and answers. It needs a second or so.
attempt=1
until python3 -c '
import sys, urllib.error, urllib.request
try:
    answer = urllib.request.urlopen("http://127.0.0.1:8071/live", timeout=5)
except urllib.error.HTTPError as error:
    answer = error
except OSError as error:
    sys.exit("/live: %s" % error)
text = answer.read(200).decode("ascii", "replace").split("\n")[0]
print("/live: %d %s" % (answer.getcode(), text))
sys.exit(answer.getcode() != 200)
'; do
    [ "$attempt" -lt 60 ] || {
        journalctl --no-pager -q -n 20 -o cat -u pgpool.service -u pgdoctor.service || :
        echo 'the doctor did not say within a minute that pgpool is live' >&2
        exit 1
    }
    sleep 1
    attempt=$((attempt + 1))
done
for unit in pgpool.service pgdoctor.service; do
    systemctl is-active --quiet "$unit" || {
        echo "$unit is not active any more" >&2
        exit 1
    }
done
