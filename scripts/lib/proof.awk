# Joins two tables of "machine tasks" by pid: PID COMM STATE COUNTER PAGES CHECKSUM. Exits 1 if a line differs.
FNR == 1 { next }
NR == FNR { order[++tasks] = $1; comm[$1] = $2; counter[$1] = $4; pages[$1] = $5; sum[$1] = $6; next }
{ seen[$1] = 1; comm2[$1] = $2; counter2[$1] = $4; pages2[$1] = $5; sum2[$1] = $6; if (!($1 in comm)) { order[++tasks] = $1; comm[$1] = $2 } }
END {
    printf "%5s %-12s %10s %10s %6s %6s  %-16s %-16s\n", "PID", "TASK", "COUNTER", "", "PAGES", "", "CHECKSUM", ""
    for (i = 1; i <= tasks; i++) {
        pid = order[i]
        same = seen[pid] && comm[pid] == comm2[pid] && counter[pid] == counter2[pid] && pages[pid] == pages2[pid] && sum[pid] == sum2[pid]
        if (!same) different = 1
        printf "%5d %-12s %10s %10s %6s %6s  %-16s %-16s %s\n", pid, comm[pid], counter[pid], counter2[pid], pages[pid], pages2[pid], substr(sum[pid], 1, 16), substr(sum2[pid], 1, 16), same ? "equal" : "DIFFERENT"
    }
    exit different
}
