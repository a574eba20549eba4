# capacity: instances, tasks and reservation over one time axis.
#
# The prologue (rpt_plot_data.c) sets the terminal, the texts, the time tics and which data sets of
# the file `data` there are. Each panel is a list of plot elements, put together as text because
# not every database has every series. Colours are Okabe and Ito's, told apart by colour-blind
# readers; a provider keeps its colour through all panels.

blue = "#0072B2"; orange = "#E69F00"; green = "#009E73"; red = "#D55E00"
purple = "#CC79A7"; sky = "#56B4E9"; ink = "#222222"; soft = "#666666"; pale = "#D6E4F0"
array colours[6] = [blue, orange, green, purple, sky, red]

set border 3 linecolor rgb "#777777" linewidth 0.7
set tics out scale 0.5
set xtics 0,time_step nomirror textcolor rgb ink
set ytics nomirror textcolor rgb ink
set grid xtics ytics linetype 1 linecolor rgb "#E8E8E8" linewidth 0.6
set lmargin at screen 0.072
set rmargin at screen 0.812
set xrange [0:time_end]
set style fill solid 1 noborder
set key at screen 0.822, graph 1.03 left top Left reverse samplen 1.8 spacing 1.3 \
    textcolor rgb ink

name(i) = value(sprintf("provider_%d", i))
# Long names differ most often at their ends.
short(text) = strlen(text) > 18 ? substr(text, 1, 6) . "…" \
    . substr(text, strlen(text) - 10, strlen(text)) : text
line(set, style, colour, width, title) = sprintf( \
    "'data' index '%s' using 1:2 with %s linecolor rgb '%s' linewidth %g title \"%s\", ", \
    set, style, colour, width, title)
# On a long run a line is the mean of each bucket of time: with the band that it moves in.
element(set, style, colour, width, title) = (banded ? sprintf( \
    "'data' index '%s' using 1:3:4 with filledcurves fillcolor rgb '%s' fillstyle transparent " \
    . "solid 0.22 notitle, ", set, colour) : "") . line(set, style, colour, width, title)
larger(a, b) = a > b ? a : b

set label 1 plot_title at screen 0.022, 0.968 left font ",19" textcolor rgb "#111111"
set label 2 plot_subtitle at screen 0.022, 0.932 left font ",13" textcolor rgb soft
set multiplot

# ---- instances
set tmargin at screen 0.865
set bmargin at screen 0.640
set format x ""
highest = larger(larger(max_in_service, max_desired), larger(max_needed, 1))
set yrange [0:highest * 1.08]
if (highest < 8) { set ytics 1 }
set format y "%'.0f"
set label 3 "Instances" at graph 0, graph 1.09 left font ",14" textcolor rgb "#111111"
list = ""
if (have_needed) {
    list = "'data' index 'needed' using 1:2 with fillsteps fillcolor rgb '" . pale \
        . "' title 'needed', "
}
if (provider_count > 1) {
    do for [i=1:provider_count] {
        list = list . line(sprintf("in_service_%d", i), "steps", colours[i], 1.2, short(name(i)))
    }
}
list = list . element("in_service", "steps", provider_count > 1 ? ink : blue, 1.8, \
    provider_count > 1 ? "in service, all" : "in service")
if (have_desired) {
    list = list . line("desired", "steps dashtype (9,7)", red, 1.2, \
        provider_count > 1 ? "desired, all" : "desired")
}
eval "plot " . list . "NaN notitle"
unset label 1
unset label 2

# ---- tasks
set tmargin at screen 0.580
set bmargin at screen 0.355
highest = larger(larger(max_running, max_waiting), 1)
set yrange [0:highest * 1.08]
if (highest < 8) { set ytics 1 } else { set ytics autofreq }
set label 3 "Tasks"
list = banded ? "" : \
    "'data' index 'running' using 1:2 with fillsteps fillcolor rgb '#CDE7DF' notitle, "
list = list . element("running", "steps", green, 1.7, "running")
list = list . element("waiting", "steps", red, 1.5, "waiting to start")
eval "plot " . list . "NaN notitle"

# ---- reservation: of each managed provider, else of the cluster's CPU and memory
set tmargin at screen 0.295
set bmargin at screen 0.070
eval time_tics
set format y "%.0f%%"
set ytics autofreq
set label 4 time_label at screen 0.442, 0.016 center font ",12" textcolor rgb soft
if (reservation_count > 0) {
    # Scale-out from nothing reports thousands of percent: those peaks leave the panel, and its
    # title names them.
    ceiling = reservation_max > 240 ? 240 : larger(reservation_max * 1.08, 110)
    set yrange [0:ceiling]
    if (reservation_max > ceiling) {
        set label 3 sprintf("CapacityProviderReservation (highest %'.0f%%)", reservation_max)
    } else {
        set label 3 "CapacityProviderReservation"
    }
    list = ""
    do for [i=1:provider_count] {
        if (value(sprintf("have_reservation_%d", i))) {
            list = list . element(sprintf("reservation_%d", i), "steps", \
                provider_count > 1 ? colours[i] : blue, 1.6, short(name(i)))
        }
    }
    shown_target = -1
    do for [i=1:provider_count] {
        target = value(sprintf("target_%d", i))
        if (target >= 0 && target != shown_target) {
            list = list . sprintf("%g with lines dashtype (9,7) linewidth 1.2 linecolor rgb " \
                . "'%s' title \"target %g%%\", ", target, soft, target)
            shown_target = target
        }
    }
    eval "plot " . list . "NaN notitle"
} else {
    set yrange [0:108]
    set label 3 "Reserved share of the registered capacity"
    list = (have_cpu ? element("cpu", "steps", blue, 1.6, "CPU") : "") \
        . (have_memory ? element("memory", "steps", orange, 1.6, "memory") : "")
    eval "plot " . list . "NaN notitle"
}
unset multiplot
