# Draws a table as SVG: the first method as a line, the others as dots with their iterations beside them.
#
# Reads method, iterations and distance with a line of headings. The distance is on a logarithmic axis. A
# pass of an encoder comes after z₀ = f(We x), which is the first iteration of FISTA from zero: a dot of T
# passes stands above T + 1. An update of lcod is one iteration of its untrained form.

BEGIN {
  FS = "\t"
  left = 70; right = 620; top = 20; bottom = 380
  width = 640; height = 430
}

FNR == 1 { next }

FNR == 2 { line = $1; least = most = $3 }

{
  method[++count] = $1
  steps[count] = $2
  place[count] = $1 == line || $1 == "lcod" ? $2 : $2 + 1
  distance[count] = $3
  if ($3 < least) least = $3
  if ($3 > most) most = $3
  if (place[count] > last) last = place[count]
}

END {
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" ", width, height
  print "font-family=\"sans-serif\" font-size=\"13\" fill=\"#222\">"
  print "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
  least *= 0.9
  most *= 1.1
  axes()
  curve()
  dots()
  print "</svg>"
}

function x(step) { return left + (right - left) * step / last }

function y(value) {
  return bottom - (bottom - top) * (log(value) - log(least)) / (log(most) - log(least))
}

function text(horizontal, vertical, anchor, words) {
  printf "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", horizontal, vertical, anchor, words
}

function rule(x1, y1, x2, y2, colour) {
  printf "<path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"%s\"/>\n", x1, y1, x2, y2, colour
}

function axes(   step, power, digit, value) {
  step = last > 150 ? 50 : last > 60 ? 20 : 5
  for (value = 0; value <= last; value += step) {
    rule(x(value), bottom, x(value), bottom + 5, "#222")
    text(x(value), bottom + 20, "middle", value)
  }
  for (power = -8; power <= 3; power++)
    for (digit = 1; digit <= 5; digit += digit == 1 ? 1 : 3) {
      value = digit * 10 ^ power
      if (value < least || value > most) continue
      rule(left, y(value), right, y(value), "#ddd")
      text(left - 8, y(value) + 4, "end", value)
    }
  rule(left, top, left, bottom, "#222")
  rule(left, bottom, right, bottom, "#222")
  text((left + right) / 2, height - 10, "middle", "iterations")
  printf "<text transform=\"translate(16 %d) rotate(-90)\" text-anchor=\"middle\">", (top + bottom) / 2
  print "mean ‖z − z*‖²</text>"
}

function curve(   i) {
  printf "<polyline fill=\"none\" stroke=\"#1f5fa8\" stroke-width=\"2\" points=\""
  for (i = 1; i <= count; i++)
    if (method[i] == line) printf "%.1f,%.1f ", x(place[i]), y(distance[i])
  print "\"/>"
  legend(1, "#1f5fa8", line)
}

function dots(   i, seen, other) {
  for (i = 1; i <= count; i++) {
    if (method[i] == line) continue
    printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#c4451c\"/>\n", x(place[i]), y(distance[i])
    text(x(place[i]) + 8, y(distance[i]) + 4, "start", "T = " steps[i])
    other = method[i]
  }
  if (other != "") legend(2, "#c4451c", other)
}

function legend(row, colour, name) {
  printf "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>\n", right - 110, top + 20 * row - 10, colour
  text(right - 92, top + 20 * row + 1, "start", name)
}
