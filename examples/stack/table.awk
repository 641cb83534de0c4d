# Errors in %, a row for each kind of layers, a column for each number of labels: those of all seeds, and their median.
# Files are called error<layers>-<kind>-<seed>-<labels>.txt, the numbers of labels joined by +, and say
# "error 1.23 % (…)" for each of them.

BEGIN {
  wanted = split(labels, columns, " ")
  title["error1-learned"] = "layer 1"
  title["error2-learned"] = "layer 2"
  title["error12-learned"] = "layers 1 and 2"
  title["error1-random"] = "layer 1 of random filters"
  title["error2-random"] = "layers 1 and 2 of random filters, layer 2"
  title["error2-mixed"] = "layer 2 of random filters on layer 1"
  title["error-joined"] = "linear classifier on layer 2"
  title["error-tuned"] = "all layers trained further"
  title["error-supervised"] = "all layers from labels alone"
}

{
  name = FILENAME
  sub(/.*\//, "", name)
  sub(/\.txt$/, "", name)
  count = split(name, parts, "-")
  row = parts[1] "-" parts[2]
  if (row ~ /^error-distorted/) title[row] = "all layers trained further, with " substr(parts[2], 10) " copies"
  if (!(row in seen)) { seen[row] = 1; rows[++rowCount] = row }
  split(parts[count], counts, "+")
  errors[row, counts[FNR]] = errors[row, counts[FNR]] " " $2
}

function median(list,   values, n, i, j, t) {
  n = split(list, values, " ")
  for (i = 2; i <= n; i++)
    for (j = i; j > 1 && values[j - 1] + 0 > values[j] + 0; j--) { t = values[j]; values[j] = values[j - 1]; values[j - 1] = t }
  return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}

END {
  printf "%-42s", "wrong, % (median of seeds)"
  for (c = 1; c <= wanted; c++) printf "  %24s", columns[c] " labels"
  print ""
  for (r = 1; r <= rowCount; r++) {
    printf "%-42s", title[rows[r]]
    for (c = 1; c <= wanted; c++) {
      list = errors[rows[r], columns[c]]
      n = split(list, values, " ")
      figures = n > 1 ? median(list) " (" substr(list, 2) ")" : values[1]
      printf "  %24s", figures
    }
    print ""
  }
}
