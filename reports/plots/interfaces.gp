# interfaces: instances, task network interfaces and reserved shares over one time axis, of one run
# or of two (--against): what a run without trunks leaves stranded, and what trunks save.
#
# The prologue (rpt_plot_data.c) sets the terminal, the texts, the time tics, run_count and the
# greatest values; data sets end on the number of their run. A run keeps its colour through all
# panels (Okabe and Ito's, told apart by colour-blind readers); a kind of line keeps its dashes.

blue = "#0072B2"; orange = "#E69F00"; ink = "#222222"; soft = "#666666"
array colours[2] = [blue, orange]
array pale[2] = ["#D6E4F0", "#FBEBCB"]

set border 3 linecolor rgb "#777777" linewidth 0.7
set tics out scale 0.5
set xtics 0,time_step nomirror textcolor rgb ink
set ytics nomirror textcolor rgb ink
set grid xtics ytics linetype 1 linecolor rgb "#E8E8E8" linewidth 0.6
set lmargin at screen 0.072
set rmargin at screen 0.782
set xrange [0:time_end]
set style fill solid 1 noborder
set key at screen 0.792, graph 1.03 left top Left reverse samplen 1.8 spacing 1.3 \
    textcolor rgb ink

name(i) = value(sprintf("run_%d", i))
# Long names differ most often at their ends.
short(text) = strlen(text) > 16 ? substr(text, 1, 5) . "…" \
    . substr(text, strlen(text) - 9, strlen(text)) : text
# " (on)": which run a line belongs to, where there are two.
mark(i) = run_count > 1 ? " (" . short(name(i)) . ")" : ""
line(set, i, style, colour, width, title) = sprintf( \
    "'data' index '%s_%d' using 1:2 with %s linecolor rgb '%s' linewidth %g title \"%s%s\", ", \
    set, i, style, colour, width, title, mark(i))
larger(a, b) = a > b ? a : b

set label 1 plot_title at screen 0.022, 0.968 left font ",19" textcolor rgb "#111111"
set label 2 plot_subtitle at screen 0.022, 0.932 left font ",13" textcolor rgb soft
set multiplot

# ---- instances
set tmargin at screen 0.865
set bmargin at screen 0.640
set format x ""
highest = larger(max_instances, 1)
set yrange [0:highest * 1.08]
if (highest < 8) { set ytics 1 }
set format y "%'.0f"
set label 3 "Container instances, draining ones included" at graph 0, graph 1.09 left font ",14" textcolor rgb "#111111"
list = ""
do for [i=1:run_count] {
    list = list . line("instances", i, "steps", colours[i], 1.8, "registered")
}
eval "plot " . list . "NaN notitle"
unset label 1
unset label 2

# ---- interfaces: what tasks use of what instances offer
set tmargin at screen 0.580
set bmargin at screen 0.355
highest = larger(max_interfaces, 1)
set yrange [0:highest * 1.08]
if (highest < 8) { set ytics 1 } else { set ytics autofreq }
set label 3 "Network interfaces for awsvpc tasks"
list = ""
if (run_count == 1) {
    list = "'data' index 'used_1' using 1:2 with fillsteps fillcolor rgb '" . pale[1] \
        . "' notitle, "
}
do for [i=1:run_count] {
    list = list . line("registered", i, "steps", colours[i], 1.8, "offered")
    list = list . line("used", i, "steps dashtype (9,6)", colours[i], 1.2, "used")
}
eval "plot " . list . "NaN notitle"

# ---- shares
set tmargin at screen 0.295
set bmargin at screen 0.070
eval time_tics
set yrange [0:108]
set format y "%.0f%%"
set ytics 0,25,100
set label 3 "Reserved share of what the instances offer"
set label 4 time_label at screen 0.427, 0.016 center font ",12" textcolor rgb soft
list = ""
do for [i=1:run_count] {
    list = list . line("cpu", i, "steps", colours[i], 1.8, "CPU")
    list = list . line("share", i, "steps dashtype (9,6)", colours[i], 1.2, "interfaces")
    if (run_count == 1) {
        list = list . line("memory", i, "steps dashtype (2,4)", ink, 1.2, "memory")
    }
}
eval "plot " . list . "NaN notitle"
unset multiplot
