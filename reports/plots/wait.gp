# wait: which share of the tasks had started after how long.
#
# A cumulative distribution over a logarithmic time axis; the prologue (rpt_plot_data.c) sets
# texts, tics, percentiles. What waited less than the axis begins with, above all the tasks that
# did not wait at all, is the height at which the curve enters on the left.

blue = "#0072B2"; red = "#D55E00"; ink = "#222222"; soft = "#666666"

set border 3 linecolor rgb "#777777" linewidth 0.7
set tics out scale 0.5
set xtics textcolor rgb ink
set ytics 0,10,100 nomirror textcolor rgb ink
set grid xtics ytics linetype 1 linecolor rgb "#E8E8E8" linewidth 0.6
set lmargin at screen 0.085
set rmargin at screen 0.955
set tmargin at screen 0.800
set bmargin at screen 0.115
set logscale x
set xrange [wait_from:wait_to]
set yrange [0:105]
set format y "%.0f%%"
set style fill solid 1 noborder
unset key

set label 1 plot_title at screen 0.022, 0.955 left font ",19" textcolor rgb "#111111"
set label 2 plot_subtitle at screen 0.022, 0.905 left font ",13" textcolor rgb soft
set label 3 "Tasks that started within …" at graph 0, graph 1.045 left font ",14" \
    textcolor rgb "#111111"
set label 4 "wait from arrival to first start" at screen 0.52, 0.022 center font ",12" \
    textcolor rgb soft

mark(number, x, y, text) = sprintf("set label %d \"%s\" at %.10g, %.10g %s font ',13' " \
    . "textcolor rgb '%s' front; set arrow %d from %.10g, 0 to %.10g, %.10g nohead " \
    . "dashtype (9,7) linewidth 1.2 linecolor rgb '%s' front", number, text, x, y, \
    log(x / wait_from) > 0.75 * log(wait_to / wait_from) ? "right offset -1.0,0.7" \
    : "left offset 1.2,-1.0", red, number, x, x, y, red)
if (have_p50) eval mark(11, p50, 50, label_p50)
if (have_p90) eval mark(12, p90, 90, label_p90)
if (have_p99) eval mark(13, p99, 99, label_p99)
if (zero_share >= 0.05) {
    set label 5 sprintf("%.1f%% did not wait", zero_share) at graph 1, graph 1.045 right \
        font ",13" textcolor rgb soft
}
$points << EOD
50
90
99
EOD
x_of(q) = q == 50 ? p50 : q == 90 ? p90 : p99
plot "data" index "share" using 1:2 with fillsteps fillcolor rgb "#D6E4F0", \
    "data" index "share" using 1:2 with steps linecolor rgb blue linewidth 2.2, \
    $points using (x_of($1)):1 with points pointtype 7 pointsize 1.1 linecolor rgb red
