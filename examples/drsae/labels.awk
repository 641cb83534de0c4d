# Keeps some of the labels 0 … 9, as many of each class, and makes the others -1.
#
#   awk -v labels=1000 -v seed=1 -f labels.awk
#
# Reads integers, any number on a line. Of every class the first labels/10 are kept for the first seed, the
# next as many for the second, and so on.

{
  for (i = 1; i <= NF; i++) {
    rank = seen[$i]++
    print int(rank / (labels / 10)) == seed - 1 ? $i : -1
  }
}
