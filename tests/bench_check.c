/* Reading scenarios: how much CPU time `plimsoll check` takes, by the length of the file. The files
 * are written here, in the shape of what people paste: task definitions of ten containers with all
 * that a real one carries, a group and a provider for each, and a task of each. */
#include "bench.h"
#include "scn_load.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define CONTAINERS       10
#define SERVICE_LINES    201 /* of one task definition with its group, provider and task */
#define CLUSTER_SERVICES 20  /* capacity providers that a cluster may have */
#define RUNS             5

/* What people get wrong. Each replaces the line of a container that would be right. */
static const char *const mistakes[] = {
    "\"memroy\": 256,",   "\"memory\": \"256\",",
    "\"memory\": 2,",     "\"memory\": 256.5,",
    "\"memory\": null,",  "\"memory\": 256, \"cpus\": 1,",
    "\"memory\": [256],", "\"memory\": 256, \"links\": 1,",
    "\"memory\": -1,",
};

#define MISTAKES (sizeof mistakes / sizeof mistakes[0])

static void write_container(FILE *out, unsigned service, unsigned container, bool wrong, bool last)
{
    const char *memory =
        wrong ? mistakes[(service * CONTAINERS + container) % MISTAKES] : "\"memory\": 256,";
    fprintf(out,
            "        {\n"
            "          \"name\": \"container-%u\",\n"
            "          \"image\": \"registry.example.com/team-%u/part-%u:1.%u\",\n"
            "          \"cpu\": 64,\n"
            "          %s\n"
            "          \"memoryReservation\": 128,\n"
            "          \"essential\": %s,\n"
            "          \"portMappings\": [\n"
            "            {\"containerPort\": %u, \"hostPort\": 0, \"protocol\": \"tcp\"}\n"
            "          ],\n"
            "          \"environment\": [\n"
            "            {\"name\": \"STAGE\", \"value\": \"production\"},\n"
            "            {\"name\": \"PART\", \"value\": \"%u\"}\n"
            "          ],\n"
            "          \"logConfiguration\": {\"logDriver\": \"json-file\"},\n"
            "          \"user\": \"app\"\n"
            "        }%s\n",
            container, service, container, service, memory, container == 0 ? "true" : "false",
            8000 + container, container, last ? "" : ",");
}

static void write_definitions(FILE *out, unsigned services, bool wrong)
{
    fputs("  \"taskDefinitions\": [\n", out);
    for (unsigned s = 0; s < services; s++) {
        fprintf(out,
                "    {\n      \"family\": \"service-%u\",\n      \"networkMode\": \"bridge\",\n",
                s);
        fputs("      \"containerDefinitions\": [\n", out);
        for (unsigned c = 0; c < CONTAINERS; c++)
            write_container(out, s, c, wrong, c + 1 == CONTAINERS);
        fprintf(out,
                "      ],\n"
                "      \"tags\": [{\"key\": \"team\", \"value\": \"team-%u\"}],\n"
                "      \"sim\": {\"duration\": \"10m\"}\n"
                "    }%s\n",
                s, s + 1 < services ? "," : "");
    }
    fputs("  ],\n", out);
}

static void write_capacity(FILE *out, unsigned services)
{
    unsigned joined = services < CLUSTER_SERVICES ? services : CLUSTER_SERVICES;
    fputs("  \"cluster\": {\n    \"clusterName\": \"web\",\n    \"capacityProviders\": [\n", out);
    for (unsigned s = 0; s < joined; s++)
        fprintf(out, "      \"provider-%u\"%s\n", s, s + 1 < joined ? "," : "");
    fputs("    ]\n  },\n  \"launchConfigurations\": [\n    {\n"
          "      \"LaunchConfigurationName\": \"small\",\n      \"ImageId\": \"ami-1\",\n"
          "      \"InstanceType\": \"m5.xlarge\",\n"
          "      \"UserData\": \"#!/bin/bash\\necho ECS_CLUSTER=web >> /etc/ecs/ecs.config\\n\"\n"
          "    }\n  ],\n  \"autoScalingGroups\": [\n",
          out);
    for (unsigned s = 0; s < services; s++)
        fprintf(out,
                "    {\n"
                "      \"AutoScalingGroupName\": \"group-%u\",\n"
                "      \"LaunchConfigurationName\": \"small\",\n"
                "      \"MinSize\": 0,\n"
                "      \"MaxSize\": 10,\n"
                "      \"HealthCheckGracePeriod\": 300,\n"
                "      \"AvailabilityZones\": [\"us-east-1a\", \"us-east-1b\"]\n"
                "    }%s\n",
                s, s + 1 < services ? "," : "");
    fputs("  ],\n  \"capacityProviders\": [\n", out);
    for (unsigned s = 0; s < services; s++)
        fprintf(out,
                "    {\n"
                "      \"name\": \"provider-%u\",\n"
                "      \"autoScalingGroupProvider\": {\n"
                "        \"autoScalingGroupArn\": \"group-%u\",\n"
                "        \"managedScaling\": {\"status\": \"ENABLED\", \"targetCapacity\": 90}\n"
                "      }\n"
                "    }%s\n",
                s, s, s + 1 < services ? "," : "");
    fputs("  ],\n", out);
}

void bench_check_write(FILE *out, unsigned lines, bool wrong)
{
    unsigned services = (lines + SERVICE_LINES - 1) / SERVICE_LINES;
    fputs("{\n  \"plimsoll\": 1,\n  \"name\": \"large\",\n  \"duration\": \"1h\",\n", out);
    write_capacity(out, services);
    write_definitions(out, services, wrong);
    fputs("  \"runTasks\": [\n", out);
    for (unsigned s = 0; s < services; s++)
        fprintf(out,
                "    {\n"
                "      \"name\": \"task-%u\",\n"
                "      \"at\": \"%um\",\n"
                "      \"taskDefinition\": \"service-%u\",\n"
                "      \"capacityProviderStrategy\": [\n"
                "        {\"capacityProvider\": \"provider-%u\", \"weight\": 1}\n"
                "      ]\n"
                "    }%s\n",
                s, s % 50, s, s % CLUSTER_SERVICES, s + 1 < services ? "," : "");
    fputs("  ]\n}\n", out);
}

/* User and system time of this process. */
static double cpu_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

double bench_check_cpu_s(const char *path)
{
    double best = 1e9;
    for (int i = 0; i < RUNS; i++) {
        struct scn_loaded loaded;
        double began = cpu_s();
        scn_load(&loaded, path, NULL);
        scn_loaded_release(&loaded);
        double took = cpu_s() - began;
        best = took < best ? took : best;
    }
    return best;
}

static int measure(FILE *out, unsigned lines, bool wrong)
{
    char path[] = "/tmp/plimsoll-check-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file) {
        fprintf(out, "check: cannot write %s\n", path);
        return 1;
    }
    bench_check_write(file, lines, wrong);
    int failed = fclose(file) != 0;
    struct scn_loaded loaded;
    bool good = scn_load(&loaded, path, NULL);
    fprintf(out, "%-10s %6u %10" PRIu32 " %10" PRIu32 "  %8.2f\n", wrong ? "mistakes" : "right",
            lines, loaded.complaints.error_count, loaded.complaints.no_effect_count,
            1e3 * bench_check_cpu_s(path));
    failed |= good == wrong;
    scn_loaded_release(&loaded);
    unlink(path);
    return failed;
}

int bench_checks(FILE *out, int small)
{
    int failed = 0;
    fprintf(out, "%-10s %6s %10s %10s  %8s\n", "check", "lines", "complaints", "no effect",
            "cpu ms");
    for (unsigned lines = 2000; lines <= (small ? 2000u : 32000u); lines *= 4)
        for (int wrong = 0; wrong <= 1; wrong++)
            failed += measure(out, lines, wrong);
    return failed;
}
