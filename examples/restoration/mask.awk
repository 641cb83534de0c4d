# A mask of the size of an image as a picture of text, PBM: 0, white, where a pixel is there, and 1, black, where it is
# missing. The numbers are those of Park and Miller (1988), the same in every awk.
#
# Reads what inspect --json says of the image. damage: noise, nothing is missing; half, tenth: pixels at random, of
# which a half or a tenth is there; scratches: straight lines, three pixels wide.

function random() {
  state = state * 16807 % 2147483647
  return state / 2147483647
}

function scratch(    y, x, turn, size, step, i, j) {
  y = random() * height; x = random() * width; turn = 6.283185 * random()
  size = (0.2 + 0.6 * random()) * height
  for (step = 0; step < size; step++)
    for (i = -1; i <= 1; i++)
      for (j = -1; j <= 1; j++) black[int(y + step * sin(turn)) + i, int(x + step * cos(turn)) + j] = 1
}

/"shape"/ { inShape = 1; next }
inShape && /[0-9]/ { side[++axes] = $1 + 0; next }
{ inShape = 0 }

END {
  if (axes != 4) exit 1
  height = side[2]; width = side[3]
  state = seed % 2147483646 + 1
  for (i = 0; i < 20; i++) random()
  share = damage == "half" ? 0.5 : damage == "tenth" ? 0.1 : 1
  if (damage == "scratches") for (i = 0; i < 40; i++) scratch()
  print "P1\n" width " " height
  for (y = 0; y < height; y++)
    for (x = 0; x < width; x++) {
      isMissing = random() > share || ((y, x) in black)
      printf "%d%s", isMissing, x % 35 == 34 || x == width - 1 ? "\n" : " "
    }
}
