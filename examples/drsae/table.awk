# Median, mean and range of error rates over seeds.
#
# Reads rows NAME-SEED error RATE %; rows that differ in the seed alone are one row of the table, in the order
# in which they come.

BEGIN { printf "%-20s  %6s  %7s  %15s  %5s\n", "model", "median", "mean", "range", "seeds" }

{
  name = $1
  sub(/-[^-]*$/, "", name)
  if (!(name in count)) order[++names] = name
  insert(name, ++count[name], $3)
  sum[name] += $3
}

END {
  for (i = 1; i <= names; i++) {
    name = order[i]
    n = count[name]
    median = (rate[name, int((n + 1) / 2)] + rate[name, int(n / 2) + 1]) / 2
    printf "%-20s  %4.2f %%  %5.3f %%  %4.2f … %4.2f %%  %5d\n", name, median, sum[name] / n, \
      rate[name, 1], rate[name, n], n
  }
}

# Keeps the rates of a name in rising order.
function insert(name, place, value) {
  for (; place > 1 && rate[name, place - 1] > value; place--) rate[name, place] = rate[name, place - 1]
  rate[name, place] = value + 0
}
