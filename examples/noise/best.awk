# Reads lines of sort, seed, weight, step, bits, error, share of wrong labels or -. Writes for each sort and seed the least
# error that a budget of bits buys, which is on the lower convex hull of all points (records may be shared between two
# ways of coding), and the least share of wrong labels at no more bits; then the median of the seeds.

function slope(a, b) { return (error[b] - error[a]) / (bits[b] - bits[a]) }

# The hull of the points of a group, sorted by bits, in hull[1..size].
function findHull(group,   count, list, i, j, point) {
  count = split(points[group], list, " ")
  for (i = 2; i <= count; i++) {
    point = list[i]
    for (j = i - 1; j >= 1 && bits[list[j]] > bits[point]; j--) list[j + 1] = list[j]
    list[j + 1] = point
  }
  size = 0
  for (i = 1; i <= count; i++) {
    point = list[i]
    if (size && bits[hull[size]] == bits[point]) {
      if (error[hull[size]] <= error[point]) continue
      size--
    }
    while (size > 1 && slope(hull[size - 1], hull[size]) >= slope(hull[size], point)) size--
    hull[++size] = point
  }
}

# Nothing is kept at no bits: the error is 1.
function leastError(budget,   i, share) {
  for (i = 1; i < size; i++) {
    if (bits[hull[i + 1]] < budget) continue
    share = (budget - bits[hull[i]]) / (bits[hull[i + 1]] - bits[hull[i]])
    return error[hull[i]] + share * (error[hull[i + 1]] - error[hull[i]])
  }
  return error[hull[size]]
}

function leastWrong(group, budget,   count, list, i, least) {
  count = split(points[group], list, " ")
  least = "-"
  for (i = 1; i <= count; i++)
    if (bits[list[i]] <= budget && wrong[list[i]] != "-" && (least == "-" || wrong[list[i]] < least)) least = wrong[list[i]]
  return least
}

function median(values, count,   i, j, value) {
  for (i = 2; i <= count; i++) {
    value = values[i]
    for (j = i - 1; j >= 1 && values[j] > value; j--) values[j + 1] = values[j]
    values[j + 1] = value
  }
  return values[int((count + 1) / 2)]
}

{
  group = $1 SUBSEP $2
  if (!($1 in known)) { known[$1] = 1; sorts[++sortCount] = $1 }
  if (!($2 in seen)) { seen[$2] = 1; seeds[++seedCount] = $2 }
  if (!(group in points)) {
    bits[++pointCount] = 0
    error[pointCount] = 1
    wrong[pointCount] = "-"
    points[group] = pointCount
  }
  bits[++pointCount] = $5 + 0
  error[pointCount] = $6 + 0
  wrong[pointCount] = $7 == "-" ? "-" : $7 + 0
  points[group] = points[group] " " pointCount
}

END {
  count = split(budgets, budget, " ")
  header = "               "
  for (b = 1; b <= count; b++) header = header sprintf("   %6s wrong", budget[b] " bits")
  print header
  for (s = 1; s <= sortCount; s++) {
    for (d = 1; d <= seedCount; d++) {
      line = sprintf("%-10s seed %s", sorts[s], seeds[d])
      findHull(sorts[s] SUBSEP seeds[d])
      for (b = 1; b <= count; b++) {
        found = leastError(budget[b])
        errors[b, d] = found
        wrongs[b, d] = leastWrong(sorts[s] SUBSEP seeds[d], budget[b])
        line = line sprintf("   %.4f %5s", found, wrongs[b, d])
      }
      print line
    }
    line = sprintf("%-10s median", sorts[s])
    for (b = 1; b <= count; b++) {
      for (d = 1; d <= seedCount; d++) { some[d] = errors[b, d]; others[d] = wrongs[b, d] }
      line = line sprintf("   %.4f %5s", median(some, seedCount), median(others, seedCount))
    }
    print line
  }
}
