# How many iterations of the first method of a table every row of the others is worth.
#
# Reads method, iterations and distance with a line of headings; the first method's iterations rise and
# its distance falls. Interpolated in the logarithm of the distance.

BEGIN { FS = "\t" }

FNR == 1 { next }

FNR == 2 {
  reference = $1
  printf "%-10s  %10s  %12s  %s\n", "method", "iterations", "mean |z-z*|2", "iterations of " reference
}

$1 == reference {
  steps[++count] = $2
  heights[count] = log($3)
  next
}

{ printf "%-10s  %10d  %12.5f  %s\n", $1, $2, $3, equal(log($3)) }

function equal(height,   i) {
  if (height > heights[1]) return "below " steps[1]
  for (i = 2; i <= count; i++)
    if (height > heights[i])
      return sprintf("%.1f", steps[i] \
        - (steps[i] - steps[i - 1]) * (height - heights[i]) / (heights[i - 1] - heights[i]))
  return "above " steps[count]
}
