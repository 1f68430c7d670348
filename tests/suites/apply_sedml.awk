# An SBML model with the changes that a SED-ML file makes to it.
#
#   awk -v id=MODEL -f apply_sedml.awk EXPERIMENT.sedml MODEL.xml >CHANGED.xml
#
# Applied are the changeAttribute elements of SED-ML's <model id="MODEL"> whose target is a
# species, parameter or compartment of the model or a local parameter of a reaction, as
#   /sbml:sbml/sbml:model/sbml:listOfSpecies/sbml:species[@id='S']/@initialConcentration
# A target that names no attribute means the value that is there. A new start of a species takes
# the place of the old one, amount or concentration. Targets that lead nowhere are passed over.
BEGIN {
    RS = "<"
    n_values = split("value size initialConcentration initialAmount", values, " ")
    parent["species"] = "listOfSpecies"
    parent["parameter"] = "listOfParameters"
    parent["compartment"] = "listOfCompartments"
    parent["localParameter"] = "listOfLocalParameters"
}

# Where the value of an attribute of the tag begins; its length in `length_of`. 0: none.
function find_attribute(tag, name,    start) {
    if (!match(tag, "[ \t\r\n]" name "[ \t\r\n]*=[ \t\r\n]*[\"']")) return 0
    start = RSTART + RLENGTH
    length_of = index(substr(tag, start), substr(tag, start - 1, 1)) - 1
    return start
}

function attribute(tag, name,    start) {
    start = find_attribute(tag, name)
    return start ? substr(tag, start, length_of) : ""
}

function without(tag, name,    start, from) {
    start = find_attribute(tag, name)
    if (!start) return tag
    from = RSTART
    return substr(tag, 1, from - 1) substr(tag, start + length_of + 1)
}

# The tag with the attribute set.
function with(tag, name, value) {
    if (name ~ /^initial/)
        tag = without(without(tag, "initialAmount"), "initialConcentration")
    else
        tag = without(tag, name)
    match(tag, /^[^ \t\r\n\/>]+/)
    return substr(tag, 1, RLENGTH) " " name "=\"" value "\"" substr(tag, RLENGTH + 1)
}

function changed(tag, key,    name, i) {
    if (!(key in new_value)) return tag
    name = new_attribute[key]
    for (i = 1; name == "" && i <= n_values; i++)
        if (find_attribute(tag, values[i])) name = values[i]
    return name == "" ? tag : with(tag, name, new_value[key])
}

# "/sbml:sbml/sbml:model/sbml:listOfSpecies/sbml:species[@id='S']/@x" -> key "species S" and x
function read_change(tag,    target, n, step, kind, element_id, reaction, i) {
    target = attribute(tag, "target")
    gsub(/&apos;|&quot;/, "'", target)
    gsub(/sbml:/, "", target)
    reaction = kind = element_id = ""
    n = split(target, step, "/")
    if (step[2] != "sbml" || step[3] != "model") return
    i = 4
    if (step[4] == "listOfReactions") {
        if (step[6] != "kineticLaw") return
        reaction = in_brackets(step[5]) " "
        i = 7
    }
    kind = step[i + 1]
    sub(/\[.*/, "", kind)
    if (!(kind in parent) || step[i] != parent[kind]) return
    if ((kind == "localParameter") != (reaction != "")) return
    element_id = in_brackets(step[i + 1])
    kind = kind " " reaction element_id
    new_value[kind] = attribute(tag, "newValue")
    new_attribute[kind] = i + 2 <= n ? substr(step[i + 2], 2) : ""
}

function in_brackets(step) {
    if (!match(step, /\[@id='[^']*'\]/)) return ""
    return substr(step, RSTART + 6, RLENGTH - 8)
}

FNR == 1 { # what stands before the first tag
    in_model = FILENAME == ARGV[2]
    if (in_model) printf "%s", $0
    next
}

!in_model {
    if ($0 ~ /^model[ \t\r\n]/) wanted = attribute($0, "id") == id
    if (wanted && $0 ~ /^changeAttribute[ \t\r\n]/) read_change($0)
    next
}

{
    match($0, /^[^ \t\r\n\/>]+/)
    tag = RSTART ? substr($0, 1, RLENGTH) : ""
    if (tag == "reaction") reaction = attribute($0, "id") " "
    if (tag == "kineticLaw") in_law = 1
    if ($0 ~ /^\/kineticLaw/) in_law = 0
    if (tag in parent && (tag == "localParameter" || !in_law))
        $0 = changed($0, tag " " (tag == "localParameter" ? reaction : "") \
                             attribute($0, "id"))
    printf "<%s", $0
}
