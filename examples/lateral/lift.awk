# Reads lines of seed, with or without, λ, density in %, lift. Writes them, and for each seed what the lift is without S
# at the density that each λ has with it: between the two densities around it, along a straight line.

{
  printf "seed %s  %-7s S  λ %s  density %s %%  lift %s\n", $1, $2, $3, $4, $5
  if (!($1 in seen)) { seen[$1] = 1; seeds[++seedCount] = $1 }
  n = ++count[$1, $2]
  density[$1, $2, n] = $4 + 0
  lift[$1, $2, n] = $5 + 0
}

function without(seed, wanted,   i, a, b, share) {
  for (i = 1; i < count[seed, "without"]; i++) {
    a = density[seed, "without", i]
    b = density[seed, "without", i + 1]
    if ((a - wanted) * (b - wanted) > 0 || a == b) continue
    share = (wanted - a) / (b - a)
    return lift[seed, "without", i] + share * (lift[seed, "without", i + 1] - lift[seed, "without", i])
  }
  return -1
}

END {
  print "at equal density: with S, without it, and how far it falls"
  for (s = 1; s <= seedCount; s++) {
    seed = seeds[s]
    for (i = 1; i <= count[seed, "with"]; i++) {
      plain = without(seed, density[seed, "with", i])
      if (plain < 0) continue
      own = lift[seed, "with", i]
      printf "seed %s  density %s %%  %.3f  %.3f  %.0f %%\n", seed, density[seed, "with", i], own, plain, 100 * (1 - own / plain)
    }
  }
}
