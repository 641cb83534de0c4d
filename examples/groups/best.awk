# The error held out at the λ that is best on the windows to choose by, and of trees divided by that of the flat
# dictionary of the same seed.
#
# Reads inpainting-KIND-SEED.tsv: λ of learning, λ of coding, error to choose by, error held out.

FNR == 1 {
  name = FILENAME
  sub(/.*inpainting-/, "", name)
  sub(/\.tsv$/, "", name)
  names[++count] = name
  least[name] = $3 + 1
}

$3 < least[name] {
  least[name] = $3
  best[name] = "λ norm:" $1 ", coded with " $2
  error[name] = $4
}

END {
  for (i = 1; i <= count; i++) print names[i] "  error " error[names[i]] "  " best[names[i]]
  for (i = 1; i <= count; i++) {
    flat = names[i]
    if (sub(/^tree/, "flat", flat) && flat in error) print names[i] " / " flat "  " error[names[i]] / error[flat]
  }
}
