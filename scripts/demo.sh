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
run "mosaic --built-in --count 257 -o $output/filters.png"
run "patches --sample 100 -s 7 $photographs/astronaut.png $photographs/coffee.png | mosaic -o $output/patches.png"
run "patches $photograph --stride 2 | encode | pool | mosaic --maps --count 16 --columns 4 --contrast shared -o $output/features.png"

printf '\nPictures to look at:\n'
for picture in back filters patches features; do echo "  $output/$picture.png"; done
