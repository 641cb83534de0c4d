# A row for each damage, a column for each kind of picture: the mean PSNR over the seeds.
#
# Reads test, damage, seed, kind, png, and the whole and the fraction of the PSNR.

!($2 in row) { row[$2] = ++rows; damages[rows] = $2 }
!($4 in column) { column[$4] = ++columns; kinds[columns] = $4 }
{ sum[$2, $4] += $6 "." $7; count[$2, $4]++ }

END {
  printf "%-10s", "PSNR, dB"
  for (k = 1; k <= columns; k++) printf "%9s", kinds[k]
  print ""
  for (d = 1; d <= rows; d++) {
    printf "%-10s", damages[d]
    for (k = 1; k <= columns; k++) printf "%9.2f", sum[damages[d], kinds[k]] / count[damages[d], kinds[k]]
    print ""
  }
}
