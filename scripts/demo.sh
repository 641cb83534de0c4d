#!/bin/sh
# The main job on a real photograph with the built-in model: demo.sh PROGRAMS PHOTOGRAPHS OUTPUT
set -eu

PATH=$1:$PATH
photographs=$2 output=$3
photograph=$photographs/camera.png
mkdir -p "$output"

run() {
  printf '\n$ %s\n' "$(echo "$1" | sed "s|$photographs/||g; s|$output/||g")"
  sh -c "$1"
}

run "patches $photograph | encode | pool | inspect"
run "patches $photograph | encode | decode | patches -r -o $output/back.png"
run "patches $photograph $output/back.png --size full | inspect --compare"
run "patches $photograph --stride 4 | encode -o $output/codes.npy"
run "inspect $output/codes.npy"
run "mosaic --built-in --order use --codes $output/codes.npy --labels --count 144 -o $output/filters.png"
run "mosaic --built-in --filters pairs --labels --count 36 -o $output/pairs.png"
run "patches --sample 100 -s 7 $photographs/astronaut.png $photographs/coffee.png | mosaic -o $output/patches.png"
run "patches $photograph --stride 2 | encode | pool | mosaic --maps --order use --labels --count 16 -o $output/features.png"

printf '\nPictures to look at:\n'
for picture in back filters pairs patches features; do echo "  $output/$picture.png"; done
