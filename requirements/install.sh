#!/bin/sh
# Install a lock: install.sh PYTHON LOCK STAMP. Every file's hash is checked; only wheels are taken.
set -eu
python=$1
lock=$2
stamp=$3

echo "正在安装依赖（$lock，第一次约一分钟）…… (Installing dependencies.)"
rm -f "$stamp"
"$python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
    --only-binary :all: --require-hashes -r "$lock" || {
    echo "依赖没有装好，原因见上。检查网络后再运行一次即可继续。 (Installing failed, see above; run again to go on.)" >&2
    exit 1
}
cp "$lock" "$stamp"
