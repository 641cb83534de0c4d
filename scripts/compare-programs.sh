#!/bin/sh
# Whether two builds of the programs write the same bytes: compare-programs.sh BEFORE AFTER PHOTOGRAPHS GARMENTS
#
# BEFORE and AFTER are folders of programs, PHOTOGRAPHS and GARMENTS what `make demo` and `make figures`
# unpack. The examples in small, every fit and every filter; prints what differs and ends with 1 if
# anything does. A change that only moves code leaves nothing to print.
set -eu

before=$(cd "$1" && pwd) after=$(cd "$2" && pwd)
photographs=$(cd "$3" && pwd) garments=$(cd "$4" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The work, in the working folder, by the programs on PATH. Messages are kept beside the models.
lines='
patches --sample 3000 -s 1 "$photographs"/astronaut.png "$photographs"/coins.png -o windows.npy
patches --size 8 --sample 2000 -s 2 --color "$photographs"/astronaut.png "$photographs"/coffee.png -o color.npy
patches --size full --range 0:2000 --labels "$garments"/train-labels-idx1-ubyte.gz --labels-out labels.npy "$garments"/train-images-idx3-ubyte.gz -o garments.npy
patches --size 8 --stride 8 "$photographs"/coins.png -o grid.npy
patches --contrast 9 --size 8 --stride 16 "$photographs"/coins.png -o contrast.npy
fit whiten <color.npy -o whiten.bin
fit dictionary --code 64 --epochs 2 --validation 300 <windows.npy -o dictionary.bin
fit dictionary --code 48 --nonnegative code --epochs 1 -s 3 <color.npy -o nonnegative.bin
fit dictionary --code 64 --dc --pools consecutive:4 --epochs 1 <windows.npy -o pools.bin
fit lista -m dictionary.bin --iterations 3 --epochs 3 <windows.npy -o lista.bin
fit lista -m dictionary.bin --kind lcod --iterations 16 --epochs 1 <windows.npy -o lcod.bin
fit lista -m dictionary.bin --iterations 2 --per-step --optimizer sgd --schedule constant --average 0.9 --epochs 1 <windows.npy -o steps.bin
fit psd --code 64 --epochs 2 <windows.npy -o psd.bin
fit psd --code 48 --iterations 1 --nonlinearity smooth-shrink --center --clip 5 --epochs 1 <color.npy -o psd1.bin
fit autoencoder --code 64 --epochs 2 <windows.npy -o autoencoder.bin
fit autoencoder --code 64 --penalty group --pools consecutive:4 --epochs 2 <windows.npy -o groups.bin
fit drsae --code 40 --iterations 4 --labels labels.npy --unsupervised-epochs 2 --epochs 5 <garments.npy -o drsae.bin
fit drsae --code 40 --iterations 2 --labels labels.npy --unsupervised-epochs 0 --epochs 3 --checkpoint state.ckpt <garments.npy -o drsae2.bin
patches "$photographs"/coins.png | encode | pool -o default.npy
encode -m dictionary.bin <windows.npy -o exact.npy
encode -m dictionary.bin --solver fista --iterations 50 <windows.npy -o fista.npy
encode -m lista.bin <windows.npy -o lista.npy
encode -m lcod.bin <windows.npy -o lcod.npy
encode -m psd1.bin <color.npy -o psd1.npy
encode -m drsae.bin <garments.npy -o drsae.npy
decode -m dictionary.bin <exact.npy -o decoded.npy
pool --pools consecutive:4 <exact.npy -o pooled.npy
fit classifier --labels labels.npy <drsae.npy -o classifier.bin
classify -m classifier.bin --labels labels.npy <drsae.npy
encode -m drsae.bin <garments.npy | classify -m drsae.bin --scores -o scores.npy
mosaic dictionary.bin -o dictionary.png
mosaic --order use --codes exact.npy dictionary.bin -o codes.png
mosaic drsae.bin --filters pairs -o pairs.png
inspect drsae.bin dictionary.bin exact.npy
'

run() {
  mkdir "$work/$2" && cd "$work/$2"
  number=0
  echo "$lines" | while IFS= read -r line; do
    [ -n "$line" ] || continue
    number=$((number + 1))
    (PATH="$1:$PATH" && eval "$line") >"$number.out" 2>"$number.err" </dev/null ||
      { echo "$2: $line: status $?" >&2 && cat "$number.err" >&2; }
    # How fast a training went is no part of what it wrote.
    sed -E "s/  (read|computed) .*//" "$number.err" >"$number.messages"
    rm "$number.err"
  done
}

run "$before" before
run "$after" after
if diff -rq "$work/before" "$work/after"; then
  echo "$(ls "$work/after" | wc -l) files are the same, byte for byte"
else
  diff -r "$work/before" "$work/after" | grep -v '^Binary' | head -n 40 || :
  exit 1
fi
