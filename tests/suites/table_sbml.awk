# Counts verdicts by tier and by tag, prints what did not pass, and compares with what is expected.
#
#   awk -v seconds=S -v jobs=N -v verdicts=PATH -f table_sbml.awk EXPECTED VERDICTS
#
# EXPECTED: lines
#   passed TIER AT-LEAST          so many cases of the tier pass
#   peer TIER PASSED              what libRoadRunner was measured at
#   refused CASE WORD...          known to be refused, with a reason that contains these words
#   failed CASE WORD...           known not to run
# Exit status 1: a wrong answer, or EXPECTED has lines and they do not hold.
BEGIN {
    FS = "\t"
    n_words = split("passed refused failed wrong", word, " ")
}

function complain(text) {
    complaints = complaints "  " text "\n"
    n_complaints++
}

function count(group, verdict) {
    counts[group, verdict]++
    counts[group]++
}

function print_row(name, group,    i) {
    printf "%-34s %6d", name, counts[group]
    for (i = 1; i <= n_words; i++) printf " %8d", counts[group, word[i]]
}

function print_header(name,    i) {
    printf "%-34s %6s", name, "cases"
    for (i = 1; i <= n_words; i++) printf " %8s", word[i]
}

function sorted_insert(list, n, name,    i) {
    for (i = n; i >= 1 && list[i] > name; i--) list[i + 1] = list[i]
    list[i + 1] = name
    return n + 1
}

FNR == 1 { file++ }

file == 1 && FILENAME != verdicts {
    sub(/[ \t]*#.*/, "")
    n = split($0, field, " ")
    if (n == 0) next
    has_expected = 1
    if (field[1] == "passed") floor[field[2]] = field[3]
    else if (field[1] == "peer") {
        has_peers = 1
        peer[field[2]] = field[3]
    }
    else {
        known[field[2]] = field[1]
        words = $0
        sub(/^[ \t]*[^ \t]+[ \t]+[^ \t]+[ \t]*/, "", words)
        known_words[field[2]] = words
    }
    next
}

{
    number = $1; tier = $2; verdict = $3; tags = $4; reason = $5
    if (!(tier in tier_seen)) {
        tier_seen[tier]
        tiers[++n_tiers] = tier
    }
    count("tier " tier, verdict)
    count("all", verdict)
    n = split(tags, tag, /[, ]+/)
    for (i = 1; i <= n; i++) {
        if (tag[i] == "") continue
        if (!(tag[i] in tag_seen)) {
            tag_seen[tag[i]]
            n_tags = sorted_insert(tag_names, n_tags, tag[i])
        }
        count("tag " tag[i], verdict)
    }
    if (verdict != "passed") {
        lines = lines sprintf("%s %-13s %-8s %s\n", number, tier, verdict, reason)
        if (verdict == "wrong") complain(number " is wrong: " reason)
        else if (has_expected && !(number in known))
            complain(number " is " verdict ": " reason)
        else if (number in known) {
            if (verdict != known[number])
                complain(number " is " verdict ", expected to be " known[number])
            else if (!index(reason, known_words[number]))
                complain(number " is " verdict " for another reason than \"" \
                         known_words[number] "\": " reason)
        }
    } else if (number in known)
        complain(number " passes and is listed as " known[number])
    judged[number]
}

END {
    for (i = 1; i <= n_tiers; i++) {
        tier = tiers[i]
        if (counts["tier " tier, "passed"] + 0 < floor[tier] + 0)
            complain("tier " tier ": " counts["tier " tier, "passed"] + 0 " pass, expected " \
                     floor[tier])
    }
    for (tier in floor)
        if (!(tier in tier_seen)) complain("tier " tier " did not run")
    for (number in known)
        if (!(number in judged)) complain(number " is listed and did not run")

    print_header("tag")
    print ""
    for (i = 1; i <= n_tags; i++) {
        print_row(tag_names[i], "tag " tag_names[i])
        print ""
    }
    if (lines != "") print "\n" lines
    else print ""
    print_header("tier")
    print has_peers ? "  libRoadRunner 2.10" : ""
    for (i = 1; i <= n_tiers; i++) {
        print_row(tiers[i], "tier " tiers[i])
        if (tiers[i] in peer) {
            printf "  %18d", peer[tiers[i]]
            peers += peer[tiers[i]]
        }
        print ""
    }
    print_row("all", "all")
    print has_peers ? sprintf("  %18d", peers) : ""
    printf "%.1f %% passed; %s s with %d jobs; each case: %s\n", \
        100 * counts["all", "passed"] / counts["all"], seconds, jobs, verdicts
    if (n_complaints) printf "NOT as expected (%d):\n%s", n_complaints, complaints
    exit n_complaints > 0
}
