# service: one panel a service, over one time axis: desired count, tasks running, healthy, waiting
# (pending or still wanted), the minimum of healthy ones, and where deployments begin. A service
# with a load has that beneath: requests a minute and those dropped; the CPU utilisation and what a
# policy holds it at. They have a panel each, or, where three services or more stand above each
# other, one panel with two scales.
#
# The prologue (rpt_plot_service.c, rpt_plot_load.c) sets the terminal, the texts, the time tics,
# service_count (to eight) and for each service its name, note, greatest values, number of
# deployments, and whether it has a load, drops some of it and has targets for its metric. From five
# services on there are two columns. Colours are Okabe and Ito's, told apart by colour-blind readers.

sky = "#56B4E9"; purple = "#B0578D"; load_ink = "#2878AC"
green = "#009E73"; blue = "#0072B2"; orange = "#E69F00"; red = "#D55E00"
ink = "#222222"; soft = "#666666"; pale = "#CDE7DF"

set border 3 linecolor rgb "#777777" linewidth 0.7
set tics out scale 0.5
set xtics 0,time_step nomirror textcolor rgb ink
set ytics nomirror textcolor rgb ink
set grid xtics ytics linetype 1 linecolor rgb "#E8E8E8" linewidth 0.6
set xrange [0:time_end]
set style fill solid 1 noborder
set format y "%'.0f"

# Whole numbers, of which there are few: 1, 2 or 5 times a power of ten.
power(x) = 10 ** floor(log10(x))
tic(x) = x <= 1 ? 1 : x <= power(x) ? power(x) : x <= 2 * power(x) ? 2 * power(x) \
    : x <= 5 * power(x) ? 5 * power(x) : 10 * power(x)

columns = service_count > 4 ? 2 : 1
rows = (service_count + columns - 1) / columns
split = rows <= 2
text(kind, i) = value(sprintf("%s_%d", kind, i))
# Long names differ most often at their ends.
short(name, most) = strlen(name) > most ? substr(name, 1, most / 3) . "…" \
    . substr(name, strlen(name) - most / 2, strlen(name)) : name
line(set, i, style, colour, width) = sprintf( \
    "'data' index '%s_%d' using 1:2 with %s linecolor rgb '%s' linewidth %g notitle, ", \
    set, i, style, colour, width)
band(set, i, colour) = sprintf("'data' index '%s_%d' using 1:3:4 with filledcurves fillcolor " \
    . "rgb '%s' fillstyle transparent solid 0.50 notitle, ", set, i, colour)
# A deployment: a line from below, with a mark on top; red where it went wrong.
deployment(i, kind, colour, top) = sprintf("'data' index 'deployments_%d' using " \
    . "($2 == %d ? $1 : NaN):(%g) with impulses dashtype (5,4) linecolor rgb '%s' linewidth 1 " \
    . "notitle, '' index 'deployments_%d' using ($2 == %d ? $1 : NaN):(%g) with points pointtype " \
    . "11 pointsize 0.9 linecolor rgb '%s' notitle, ", i, kind, top, colour, i, kind, top, colour)
revision(i, top) = sprintf("'data' index 'deployments_%d' using 1:(%g):3 with labels left " \
    . "offset 0.7,0.1 font ',11' textcolor rgb '%s' notitle, ", i, top, soft)

# A load is a filled area, in buckets their means with a band about them; what is dropped lies upon
# it, in buckets as high as its peaks, so that a short one is seen.
load_area(i) = sprintf("'data' index 'requests_%d' using 1:2 axes x1y2 with fillsteps fillcolor " \
    . "rgb '#D9ECF8' notitle, ", i) . (load_banded ? sprintf("'data' index 'requests_%d' using " \
    . "1:3:4 axes x1y2 with filledcurves fillcolor rgb '%s' fillstyle transparent solid 0.40 " \
    . "notitle, ", i, sky) : "") . sprintf("'data' index 'requests_%d' using 1:2 axes x1y2 with " \
    . "steps linecolor rgb '%s' linewidth 1.2 notitle, ", i, sky)
dropped_area(i) = sprintf("'data' index 'dropped_%d' using 1:4 axes x1y2 with fillsteps " \
    . "fillcolor rgb '%s' notitle, ", i, red)
target_line(i) = sprintf("'data' index 'targets_%d' using 1:2 with lines dashtype (9,7) " \
    . "linecolor rgb '%s' linewidth 1.2 notitle, ", i, purple)
entry(colour, style, what, scale) = sprintf("NaN with lines linecolor rgb '%s' %s title '%s%s', ", \
    colour, style, what, scale)
any_lost = 0; any_target = 0
do for [i=1:service_count] {
    any_lost = any_lost || text("load_lost", i)
    any_target = any_target || text("targets", i) > 0
}

set label 1 plot_title at screen 0.022, 0.968 left font ",19" textcolor rgb "#111111"
set label 2 plot_subtitle at screen 0.022, 0.932 left font ",13" textcolor rgb soft
set label 4 time_label at screen 0.5, 0.016 center font ",12" textcolor rgb soft
set multiplot

# ---- the legend, once for all panels
set tmargin at screen 0.915
set bmargin at screen 0.885
set lmargin at screen 0.022
set rmargin at screen 0.978
unset border; unset xtics; unset ytics; unset grid
set yrange [0:1]
set key at screen 0.012, 0.893 left center horizontal Left reverse samplen 1.8 width -3 \
    font ",12" textcolor rgb ink
plot NaN with lines linecolor rgb green linewidth 2.4 title "healthy", \
    NaN with lines linecolor rgb blue linewidth 1.4 title "running", \
    NaN with lines linecolor rgb orange linewidth 1.6 title "waiting", \
    NaN with lines dashtype (9,7) linecolor rgb ink linewidth 1.2 title "desired", \
    NaN with lines dashtype (2,4) linecolor rgb red linewidth 1.2 title "minimum", \
    NaN with points pointtype 11 pointsize 0.9 linecolor rgb soft title "deployment", \
    NaN with points pointtype 11 pointsize 0.9 linecolor rgb red title "failed or stuck"
unset label 1
unset label 2
unset label 4
if (any_load) {
    set tmargin at screen 0.888
    set bmargin at screen 0.858
    set key at screen 0.012, 0.866 left center horizontal Left reverse samplen 1.8 width -3
    list = entry(sky, "linewidth 6", "requests a minute", split ? "" : " (right)")
    if (any_lost) { list = list . entry(red, "linewidth 6", "dropped", split ? "" : " (right)") }
    list = list . entry(purple, "linewidth 1.6", "CPU utilisation, %", split ? "" : " (left)")
    if (any_target) { list = list . entry(purple, "dashtype (9,7)", "target of a policy", "") }
    eval "plot " . list . "NaN notitle"
}
unset key
set border 3 linecolor rgb "#777777" linewidth 0.7
set xtics 0,time_step nomirror textcolor rgb ink
set grid xtics ytics linetype 1 linecolor rgb "#E8E8E8" linewidth 0.6

# ---- the panels, column by column
highest = any_load ? 0.815 : 0.845
lowest = 0.070
step = (highest - lowest + 0.055) / rows
left_of(c) = columns == 1 ? (any_load && split ? 0.060 : 0.050) : 0.050 + c * 0.490
width = (columns == 1 ? 0.925 : 0.435) - (any_load ? split ? 0.010 : 0.040 : 0)
height = step - 0.055
# of the load and its metric beneath the tasks, with the gap above each
beneath = height * (split ? 0.56 : 0.50)
gap = split ? 0.038 : 0.020
do for [i=1:service_count] {
    column = (i - 1) / rows
    row = (i - 1) % rows
    last = row == rows - 1 || i == service_count
    set tmargin at screen highest - row * step
    bottom = highest - row * step - height
    with_load = text("has_load", i)
    set bmargin at screen bottom + (with_load ? beneath : 0)
    set lmargin at screen left_of(column)
    set rmargin at screen left_of(column) + width
    set xtics 0,time_step nomirror
    set format x ""
    if (last && !with_load) { eval time_tics }
    top = text("max", i) * (with_load && height < 0.4 ? 1.45 : 1.22)
    mark = top * (with_load && height < 0.4 ? 0.87 : 0.95)
    set yrange [0:top]
    task_tic = tic(text("max", i) / (with_load && height < 0.4 ? 2.0 : rows > 2 ? 3.0 : 5.0))
    set ytics 0,task_tic nomirror textcolor rgb ink
    # (gnuplot 5.4 loses a colour on a continued line of a block)
    title = short(text("service", i), columns == 1 ? 70 : any_load ? 22 : 28)
    set label 3 title at graph 0, graph 1 left offset 0,0.7 font ",14" textcolor rgb "#111111"
    note = text("note", i)
    set label 5 note at graph 1, graph 1 right offset 0,0.7 font ",12" textcolor rgb "#666666"
    list = sprintf("'data' index 'healthy_%d' using 1:3 with %s fillcolor rgb '%s' notitle, ", \
        i, banded ? "filledcurves y1=0" : "fillsteps", pale) \
        . (banded ? band("healthy", i, green) : "")
    if (text("deployments", i) > 0) {
        list = list . deployment(i, 0, "#999999", mark) . deployment(i, 1, red, mark) \
            . revision(i, mark)
    }
    list = list . line("minimum", i, "steps dashtype (2,4)", red, 1.2)
    list = list . line("running", i, "steps", blue, 1.4)
    list = list . line("healthy", i, "steps", green, 2.4)
    if (text("pending_max", i) > 0) { list = list . line("pending", i, "steps", orange, 1.6) }
    list = list . line("desired", i, "steps dashtype (9,7)", ink, 1.2)
    eval "plot " . list . "NaN notitle"
    if (with_load) {
        unset label 3
        unset label 5
        requests = load_area(i)
        if (text("load_lost", i)) { requests = requests . dropped_area(i) }
        metric = load_banded ? band("metric", i, purple) : ""
        metric = metric . line("metric", i, "steps", purple, 1.6)
        if (text("targets", i) > 0) { metric = metric . target_line(i) }
        set y2range [0:text("load_max", i) * 1.08]
        load_tic = tic(text("load_max", i) / (height < 0.4 ? 2.0 : 3.0))
        most = text("load_max", i)
        load_format = most < (split ? 1e5 : 1e4) ? "%'.0f" : "%.0s%c"
        if (split && most >= 1e6) { load_format = "%.1s%c" }
        half = bottom + (beneath - 2 * gap) / 2
        if (split) {
            set tmargin at screen bottom + beneath - gap
            set bmargin at screen half + gap
            set yrange [0:text("load_max", i) * 1.08]
            set ytics 0,load_tic nomirror textcolor rgb load_ink
            set format y load_format
            set label 3 "requests a minute" at graph 0, graph 1 left offset 0,0.6
            set label 3 font ",12" textcolor rgb load_ink
            eval "plot " . requests . "NaN notitle"
            set format y "%'.0f"
        }
        if (last) { eval time_tics }
        set tmargin at screen split ? half : bottom + beneath - gap
        set bmargin at screen bottom
        set border split ? 3 : 11
        set yrange [0:split ? 108 : 115]
        set ytics 0,(split && height > 0.4 ? 25 : 50) nomirror textcolor rgb purple
        if (split) {
            set label 3 "CPU utilisation, %" at graph 0, graph 1 left offset 0,0.6
            set label 3 font ",12" textcolor rgb purple
        } else {
            set y2tics 0,load_tic nomirror textcolor rgb load_ink
            set format y2 load_format
        }
        eval "plot " . (split ? "" : requests) . metric . "NaN notitle"
        unset y2tics
        set border 3 linecolor rgb "#777777" linewidth 0.7
    }
}
unset multiplot
