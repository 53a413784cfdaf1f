#!/bin/sh
# Make the virtual environment: venv.sh PYTHON FOLDER. Says in plain words what is missing.
set -eu
python=$1
folder=$2

if ! command -v "$python" >/dev/null 2>&1; then
    echo "找不到 $python。请先安装 Python 3.11 或更新的版本。 (Install Python 3.11 or newer.)" >&2
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "需要 Python 3.11 或更新的版本，这里是 $("$python" -V)。可以指定另一个：make run PYTHON=python3.11。 (Python 3.11 or newer is needed.)" >&2
    exit 1
fi
if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "这个 Python 缺少 venv。请先安装：apt-get install python$version-venv。 (This Python cannot make virtual environments: install the package python$version-venv.)" >&2
    exit 1
fi
echo "正在建立虚拟环境 $folder…… (Making the virtual environment.)"
rm -rf "$folder"
"$python" -m venv "$folder" || {
    rm -rf "$folder"
    echo "虚拟环境没有建成，原因见上。 (The virtual environment could not be made, see above.)" >&2
    exit 1
}
