# Packages by either manager; for steps to source.
again() {
    attempt=1
    until "$@"; do
        [ "$attempt" -lt 4 ] || return 1
        sleep "$((attempt * 5))"
        attempt=$((attempt + 1))
    done
}
case $PGPOOL_AURORA_BASE in
al2023)
    fetch_lists() { again dnf -y -q makecache; }
    add_packages() { again dnf -y -q --setopt=install_weak_deps=False install "$@"; }
    # Nothing else goes with them: what is listed is all that came.
    remove_packages() { dnf -y -q --setopt=clean_requirements_on_remove=False remove "$@"; }
    list_packages() { rpm -qa --qf '%{NAME}\n' | sort -u; }
    version_of() { rpm -q --qf '%{VERSION}-%{RELEASE}\n' "$1" | tail -n 1; }
    ;;
*)
    export DEBIAN_FRONTEND=noninteractive
    # The system's own daily run may be at it.
    apt() { apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 "$@"; }
    fetch_lists() { again apt -o APT::Update::Error-Mode=any update; }
    add_packages() { again apt --no-install-recommends install "$@"; }
    remove_packages() { apt purge "$@"; }
    list_packages() { dpkg-query -W -f '${db:Status-Status} ${Package}\n' | sed -n 's/^installed //p' | sort -u; }
    # shellcheck disable=SC2016 # dpkg's own variable
    version_of() { dpkg-query -W -f '${Version}\n' "$1"; }
    ;;
esac
note_package() { echo "$1 $2" >>"$PGPOOL_AURORA_DIR/packages"; }
