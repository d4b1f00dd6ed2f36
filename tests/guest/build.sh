#!/bin/bash
# Builds the test guest: two disk images that boot by BIOS and run the workload of src/. README.md says what it promises.
# Needs no root, no mounts, and no network beyond apt; needs none at all when the result lies in the cache.
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin LC_ALL=C

readonly PACKAGES=(gcc libc6-dev libsqlite3-dev busybox-static syslinux syslinux-common mtools dosfstools e2fsprogs)
readonly KERNEL_PACKAGE=linux-image-cloud-amd64
readonly MODULES=(virtio_pci virtio_blk)
readonly MIB=$((1024 * 1024))
readonly DISK0_BYTES=$((256 * MIB))
readonly BOOT_OFFSET=$MIB
readonly BOOT_BYTES=$((24 * MIB))
# Three sectors more than a round number: no multiple of 4 KiB.
readonly DISK1_BYTES=$((128 * MIB + 3 * 512))

usage() {
    cat <<'TEXT'
usage: build.sh CACHE       builds into CACHE/guest-HASH unless it is there, prints that folder as the last line
       build.sh --packages  prints the Debian packages that building needs

The folder holds disk0.raw, disk1.raw (sparse; copy them before a guest writes to them), vmlinuz, initramfs, manifest.
TEXT
}

fail() {
    echo "build.sh: $*" >&2
    exit 1
}

content_hash() {
    cat "$here/build.sh" "$here"/src/* | sha256sum | cut -c1-16
}

check_tools() {
    local missing=()
    command -v gcc >/dev/null || missing+=(gcc libc6-dev)
    command -v busybox >/dev/null || missing+=(busybox-static)
    command -v syslinux >/dev/null || missing+=(syslinux)
    [ -f /usr/lib/syslinux/mbr/mbr.bin ] || missing+=(syslinux-common)
    command -v mcopy >/dev/null || missing+=(mtools)
    command -v mkfs.vfat >/dev/null || missing+=(dosfstools)
    command -v mke2fs >/dev/null || missing+=(e2fsprogs)
    [ -n "$(ls /usr/lib/*/libsqlite3.a 2>/dev/null)" ] || missing+=(libsqlite3-dev)
    [ ${#missing[@]} -eq 0 ] || fail "missing Debian packages: ${missing[*]}"
}

# Unpacks the newest cloud kernel into ./kernel; it is never installed.
fetch_kernel() {
    local name
    name=$(apt-cache depends "$KERNEL_PACKAGE" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p' | head -1)
    [ -n "$name" ] || fail "apt knows no $KERNEL_PACKAGE; run 'apt-get update' first"
    timeout 600 apt-get -q download "$name" >apt.log 2>&1 || fail "apt-get download $name: $(tail -1 apt.log)"
    dpkg-deb --fsys-tarfile "$name"_*.deb | (mkdir kernel && tar -x -C kernel ./boot ./lib/modules)
    rm "$name"_*.deb
    echo "kernel package: $name" >>manifest
}

# Prints the files of a module and of all it needs, in loading order; what is built in prints nothing.
module_files() {
    local file needed
    file=$(find kernel/lib/modules -name "$1.ko")
    if [ -z "$file" ]; then
        grep -q "/$1.ko$" kernel/lib/modules/*/modules.builtin || fail "the kernel has no module $1"
        return
    fi
    needed=$(tr '\0' '\n' <"$file" | sed -n 's/^depends=//p' | head -1)
    for needed in ${needed//,/ }; do
        module_files "$needed"
    done
    echo "$file"
}

build_initramfs() {
    local module file
    mkdir -p root/modules
    gcc -O2 -Wall -Wextra -Werror -static -o root/init "$here"/src/*.c -lsqlite3 -lpthread -ldl -lm 2>gcc.log ||
        fail "$(cat gcc.log)"
    strip root/init
    for module in "${MODULES[@]}"; do module_files "$module"; done | awk '!seen[$0]++' >modules
    while read -r file; do
        cp "$file" root/modules/
        basename "$file" >>root/modules/list
    done <modules
    (cd root && find . | sort | busybox cpio -o -H newc 2>/dev/null) | gzip -9n >initramfs
    cp kernel/boot/vmlinuz-* vmlinuz
}

# One entry of a partition table: active flag, type, first sector, sectors. Addresses by cylinder are not used.
partition() {
    local number byte
    printf "\\x$1\\xfe\\xff\\xff\\x$2\\xfe\\xff\\xff"
    for number in $(($3 / 512)) $(($4 / 512)); do
        for byte in 0 8 16 24; do
            printf "\\x$(printf %02x $((number >> byte & 255)))"
        done
    done
}

make_ext4() { # file label uuid, then what mke2fs takes after the file
    local file=$1 label=$2 uuid=$3
    shift 3
    mke2fs -q -F -t ext4 -b 4096 -i 8192 -m 0 -L "$label" -U "$uuid" "$@"
    [ -s "$file" ] || fail "no file system in $file"
}

build_disk0() {
    local files_offset=$((BOOT_OFFSET + BOOT_BYTES)) boot="disk0.raw@@$BOOT_OFFSET"
    truncate -s $DISK0_BYTES disk0.raw
    dd if=/usr/lib/syslinux/mbr/mbr.bin of=disk0.raw bs=440 count=1 conv=notrunc status=none
    {
        partition 80 0e $BOOT_OFFSET $BOOT_BYTES
        partition 00 83 $files_offset $((DISK0_BYTES - files_offset))
    } | dd of=disk0.raw bs=1 seek=446 conv=notrunc status=none
    printf '\x55\xaa' | dd of=disk0.raw bs=1 seek=510 conv=notrunc status=none

    mkfs.vfat -F 16 -i 48464254 -n HFBOOT --offset $((BOOT_OFFSET / 512)) -h $((BOOT_OFFSET / 512)) \
        disk0.raw $((BOOT_BYTES / 1024)) >mkfs.log 2>&1 || fail "$(cat mkfs.log)"
    cat >syslinux.cfg <<'TEXT'
DEFAULT guest
PROMPT 0
TIMEOUT 0
LABEL guest
  KERNEL vmlinuz
  INITRD initrd
  APPEND console=ttyS0 quiet loglevel=1 panic=-1 tsc=unstable mitigations=off
TEXT
    mcopy -i "$boot" vmlinuz ::vmlinuz
    mcopy -i "$boot" initramfs ::initrd
    mcopy -i "$boot" syslinux.cfg ::syslinux.cfg
    syslinux --install --offset $BOOT_OFFSET disk0.raw
    make_ext4 disk0.raw HOLDFAST-FILES 48464654-0000-4000-8000-000000000001 \
        -E offset=$files_offset,hash_seed=48464654-0000-4000-8000-0000000000aa \
        disk0.raw $(((DISK0_BYTES - files_offset) / 1024))k
}

build_disk1() {
    truncate -s $DISK1_BYTES disk1.raw
    make_ext4 disk1.raw HOLDFAST-ROWS 48464654-0000-4000-8000-000000000002 \
        -E hash_seed=48464654-0000-4000-8000-0000000000bb disk1.raw
}

build() {
    check_tools
    fetch_kernel
    build_initramfs
    build_disk0
    build_disk1
    sha256sum disk0.raw disk1.raw vmlinuz initramfs >>manifest
    rm -rf root kernel modules syslinux.cfg ./*.log
}

case ${1:-} in
--help | -h) usage && exit 0 ;;
--packages) echo "${PACKAGES[*]}" && exit 0 ;;
'' | -*) usage >&2 && exit 2 ;;
esac

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cache=$(cd "$1" && pwd)
result=$cache/guest-$(content_hash)
exec 9>"$cache/lock"
flock -w 900 9 || fail "another build has held $cache/lock for 15 minutes"
if [ ! -f "$result/manifest" ]; then
    work=$(mktemp -d "$cache/building.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    cd "$work"
    build
    cd "$cache"
    rm -rf "$result"
    chmod 755 "$work"
    mv "$work" "$result"
fi
echo "$result"
