# A column of masks of 8x8 as a picture of text, PBM: 0, white, where a value is there, and 1, black, where it is
# missing. The numbers are those of Park and Miller (1988), the same in every awk.

function random() {
  state = state * 16807 % 2147483647
  return state / 2147483647
}

BEGIN {
  state = 1
  print "P1\n8 " 8 * count
  for (mask = 0; mask < count; mask++) {
    there = 0
    for (i = 0; i < 64; i++) there += !(black[i] = random() >= 0.1)
    if (!there) black[int(64 * random())] = 0
    for (i = 0; i < 64; i++) printf "%d%s", black[i], i % 8 == 7 ? "\n" : " "
  }
}
