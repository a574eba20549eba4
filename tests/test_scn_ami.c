/* Machine images, disks, prices and the registration of instances: what a launch configuration or
 * template says of its instances (AMI, STO, GPU-09, REG, CLU-21). Cases are merged over
 * tests/bad/base.json. */
#include "scn_ami.h"
#include "scn_fixture.h"
#include "test_support.h"

#include <stdio.h>
#include <string.h>

#define GIB (INT64_C(1) << 30)

/* ---- images ---- */

static const struct image_case {
    const char *image;
    int32_t epoch;
    enum ecs_os os;
    uint32_t version;
    enum ecs_storage storage;
    int64_t gib;
    bool arm64, gpu;
} image_cases[] = {
    {"amzn2-ami-ecs-hvm-2.0.20200603-x86_64-ebs", 202507, ECS_OS_LINUX, 1040000,
     ECS_STORAGE_FILE_SYSTEM, 30, false, false},
    {"amzn2-ami-ecs-hvm-2.0.20190617-arm64-ebs", 202507, ECS_OS_LINUX, 1029000,
     ECS_STORAGE_FILE_SYSTEM, 30, true, false},
    {"amzn2-ami-ecs-gpu-hvm-2.0.20190603-x86_64-ebs", 202507, ECS_OS_LINUX, 1028001,
     ECS_STORAGE_FILE_SYSTEM, 30, false, true},
    {"amzn2-ami-ecs-hvm-2.0.20240131-x86_64-ebs", 202507, ECS_OS_LINUX, 0, ECS_STORAGE_FILE_SYSTEM,
     30, false, false},
    {"ami-04a4fb062c609f55b", 202507, ECS_OS_LINUX, 1021000, ECS_STORAGE_FILE_SYSTEM, 30, false,
     false}, /* as the guide prints its metadata */
    {"ami-cad827b7", 202507, ECS_OS_LINUX, 1017002, ECS_STORAGE_THIN_POOL, 22, false, false},
    {"amzn-ami-2018.03.20200603-amazon-ecs-optimized", 202507, ECS_OS_LINUX, 1040000,
     ECS_STORAGE_THIN_POOL, 22, false, false},
    {"amzn-ami-2018.03.s-amazon-ecs-optimized", 202507, ECS_OS_LINUX, 1028001,
     ECS_STORAGE_THIN_POOL, 22, false, false}, /* AMI-5 */
    {"amzn-ami-2018.03.u-amazon-ecs-optimized", 202507, ECS_OS_LINUX, 1029000,
     ECS_STORAGE_THIN_POOL, 22, false, false},
    {"amzn-ami-2015.09.d-amazon-ecs-optimized", 202507, ECS_OS_LINUX, 1007001,
     ECS_STORAGE_THIN_POOL, 22, false, false},
    {"amzn-ami-2015.09.c-amazon-ecs-optimized", 202507, ECS_OS_LINUX, 1007000,
     ECS_STORAGE_FILE_SYSTEM, 30, false, false}, /* STO-4 */
    {"Windows_Server-2019-English-Full-ECS_Optimized-2020.05.14", 202507, ECS_OS_WINDOWS, 1039000,
     ECS_STORAGE_FILE_SYSTEM, 0, false, false},
    {"Windows_Server-2016-English-Full-ECS_Optimized-2019.12.16", 202507, ECS_OS_WINDOWS, 1034000,
     ECS_STORAGE_FILE_SYSTEM, 0, false, false},
    {"resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2/recommended", 202006, ECS_OS_LINUX,
     1040000, ECS_STORAGE_FILE_SYSTEM, 30, false, false}, /* AMI-4 */
    {"resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2/recommended/image_id", 202001,
     ECS_OS_LINUX, 1036001, ECS_STORAGE_FILE_SYSTEM, 30, false, false},
    {"/aws/service/ecs/optimized-ami/amazon-linux-2/recommended", 202507, ECS_OS_LINUX, 0,
     ECS_STORAGE_FILE_SYSTEM, 30, false, false},
    {"/aws/service/ecs/optimized-ami/amazon-linux-2/arm64/recommended", 202006, ECS_OS_LINUX,
     1040000, ECS_STORAGE_FILE_SYSTEM, 30, true, false},
    {"/aws/service/ecs/optimized-ami/amazon-linux-2/gpu/recommended", 202006, ECS_OS_LINUX, 1040000,
     ECS_STORAGE_FILE_SYSTEM, 30, false, true},
    {"/aws/service/ecs/optimized-ami/amazon-linux-2/amzn2-ami-ecs-hvm-2.0.20190301-x86_64-ebs",
     202006, ECS_OS_LINUX, 1026000, ECS_STORAGE_FILE_SYSTEM, 30, false, false},
    {"/aws/service/ecs/optimized-ami/amazon-linux/recommended", 202006, ECS_OS_LINUX, 1040000,
     ECS_STORAGE_THIN_POOL, 22, false, false},
    {"/aws/service/ami-windows-latest/Windows_Server-2019-English-Core-ECS_Optimized/image_id",
     202006, ECS_OS_WINDOWS, 1039000, ECS_STORAGE_FILE_SYSTEM, 0, false, false},
    {"al2023-ami-ecs-hvm-2023.0.20240815-kernel-6.1-arm64", 202507, ECS_OS_LINUX, 0,
     ECS_STORAGE_FILE_SYSTEM, 30, true, false},
    {"/aws/service/bottlerocket/aws-ecs-1/x86_64/latest/image_id", 202507, ECS_OS_LINUX, 0,
     ECS_STORAGE_FILE_SYSTEM, 20, false, false},
};
#define IMAGE_CASES ((int)(sizeof image_cases / sizeof image_cases[0]))

START_TEST(ami_1_to_5_sto_4_images)
{
    const struct image_case *c = &image_cases[_i];
    struct scn_ami ami;
    ck_assert_msg(scn_ami_find(&ami, c->image, c->epoch), "%s", c->image);
    ck_assert_msg(ami.agent_version == c->version, "%s: agent %u", c->image, ami.agent_version);
    ck_assert_int_eq(ami.os, c->os);
    ck_assert_int_eq(ami.storage, c->storage);
    ck_assert_int_eq(ami.volume_bytes, c->gib * GIB);
    ck_assert_int_eq(ami.arm64, c->arm64);
    ck_assert_int_eq(ami.gpu, c->gpu);
}
END_TEST

START_TEST(ami_2_unknown_images)
{
    static const char *const unknown[] = {
        "",
        "ami-1",
        "ami-0123456789abcdef0",
        "amzn2-ami-hvm-2.0.20200603-x86_64-ebs",
        "amzn-ami-2018",
        "amzn-ami-x-amazon-ecs-optimized",
        "Windows_Server-2019-English-Full-Base-2020.05.14",
        "resolve:ssm:/my/own/parameter",
        "/aws/service/ecs/optimized-ami/amazon-linux-2/",
        "/aws/service/ecs/optimized-ami/amazon-linux-3/recommended",
    };
    struct scn_ami ami;
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        ck_assert_msg(!scn_ami_find(&ami, unknown[i], 202507), "%s", unknown[i]);
    ck_assert_uint_eq(scn_agent_version("1.40.0"), 1040000);
    ck_assert_uint_eq(scn_agent_version("v1.86.3"), 1086003);
    ck_assert_uint_eq(scn_agent_version("1.40"), 0);
    ck_assert_uint_eq(scn_agent_version("1.40.0-1"), 0);
    ck_assert_uint_eq(scn_agent_version("1.40.1000"), 0);
}
END_TEST

/* ---- launch configurations ---- */

/* The base's configuration with these members over it. */
static const char *with(const char *members)
{
    static char text[2048];
    snprintf(text, sizeof text,
             "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"small\", %s}]", members);
    return text;
}

static const char amazon_linux_2[] = "\"ImageId\": \"amzn2-ami-ecs-hvm-2.0.20200603-x86_64-ebs\"";
static const char amazon_linux[] =
    "\"ImageId\": \"amzn-ami-2018.03.20200603-amazon-ecs-optimized\"";

static const struct disk_case {
    const char *image, *members;
    enum ecs_storage storage;
    int64_t bytes;
} disk_cases[] = {
    {"\"ImageId\": \"ami-1\"", "", ECS_STORAGE_FILE_SYSTEM, 0},
    {amazon_linux_2, "", ECS_STORAGE_FILE_SYSTEM, 30 * GIB},
    {amazon_linux_2,
     ", \"BlockDeviceMappings\": [{\"DeviceName\": \"/dev/xvda\", \"Ebs\": {\"VolumeSize\": 100}}]",
     ECS_STORAGE_FILE_SYSTEM, 100 * GIB},
    {amazon_linux_2, ", \"sim\": {\"diskSize\": \"12 GiB\"}", ECS_STORAGE_FILE_SYSTEM, 12 * GIB},
    {"\"ImageId\": \"amzn-ami-2015.09.c-amazon-ecs-optimized\"", "", ECS_STORAGE_FILE_SYSTEM,
     30 * GIB}, /* STO-4 */
    {amazon_linux, "", ECS_STORAGE_THIN_POOL, 22 * GIB / 100 * 99},
    {amazon_linux,
     ", \"BlockDeviceMappings\": [{\"DeviceName\": \"/dev/xvdcz\", \"Ebs\": {\"VolumeSize\": "
     "50}}]",
     ECS_STORAGE_THIN_POOL, 50 * GIB / 100 * 99},
    /* a larger root leaves Docker's own volume as it is */
    {amazon_linux,
     ", \"BlockDeviceMappings\": [{\"DeviceName\": \"/dev/xvda\", \"Ebs\": {\"VolumeSize\": 50}}]",
     ECS_STORAGE_THIN_POOL, 22 * GIB / 100 * 99},
    {"\"ImageId\": \"ami-1\"",
     ", \"BlockDeviceMappings\": [{\"DeviceName\": \"/dev/xvdcz\", \"Ebs\": {\"VolumeSize\": "
     "22}}]",
     ECS_STORAGE_THIN_POOL, 22 * GIB / 100 * 99},
    {"\"ImageId\": \"ami-1\"",
     ", \"BlockDeviceMappings\": [{\"DeviceName\": \"/dev/sda1\", \"Ebs\": {\"VolumeSize\": 80}}]",
     ECS_STORAGE_FILE_SYSTEM, 80 * GIB},
    {amazon_linux, ", \"sim\": {\"storage\": \"overlay2\", \"diskSize\": \"8 GiB\"}",
     ECS_STORAGE_FILE_SYSTEM, 8 * GIB},
};
#define DISK_CASES ((int)(sizeof disk_cases / sizeof disk_cases[0]))

START_TEST(sto_1_to_4_disks)
{
    const struct disk_case *c = &disk_cases[_i];
    struct scn_loaded loaded;
    char members[1024];
    snprintf(members, sizeof members, "%s%s", c->image, c->members);
    ck_assert_msg(scn_fixture_load(&loaded, with(members)), "%s", members);
    const struct ecs_host *host = &loaded.scenario.specs[0].host;
    ck_assert_int_eq(host->storage, c->storage);
    ck_assert_msg(host->disk_bytes == c->bytes, "%s: %lld", members, (long long)host->disk_bytes);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(sto_5_x_9_only_enlarged)
{
    char members[1024];
    snprintf(members, sizeof members,
             "%s, \"BlockDeviceMappings\": [{\"DeviceName\": \"/dev/xvda\", \"Ebs\": "
             "{\"VolumeSize\": 29}}]",
             amazon_linux_2);
    scn_fixture_refuses(with(members), "has 30 GiB and cannot be made smaller");
    snprintf(members, sizeof members,
             "%s, \"BlockDeviceMappings\": [{\"DeviceName\": \"/dev/xvdcz\", \"Ebs\": "
             "{\"VolumeSize\": 21}}]",
             amazon_linux);
    scn_fixture_refuses(with(members), "has 22 GiB and cannot be made smaller");
    snprintf(members, sizeof members,
             "%s, \"BlockDeviceMappings\": [{\"DeviceName\": \"/dev/xvdcz\", \"NoDevice\": true}]",
             amazon_linux);
    struct scn_loaded loaded;
    ck_assert(!scn_fixture_load(&loaded, with(members)));
    ck_assert_uint_eq(loaded.complaints.error_count, 1);
    ck_assert_ptr_nonnull(strstr(loaded.complaints.errors[0], "it cannot be left out"));
    scn_loaded_release(&loaded);
    static const char *const others[] = {"/dev/sda1", "/dev/xvdcz"};
    for (size_t i = 0; i < 2; i++) {
        char words[64];
        snprintf(members, sizeof members,
                 "%s, \"BlockDeviceMappings\": [{\"DeviceName\": \"%s\", \"Ebs\": "
                 "{\"VolumeSize\": 100}}]",
                 amazon_linux_2, others[i]);
        snprintf(words, sizeof words, "so %s stays empty; enlarge /dev/xvda", others[i]);
        scn_fixture_warns(with(members), words);
    }
    snprintf(members, sizeof members,
             "%s, \"BlockDeviceMappings\": [{\"DeviceName\": \"/dev/xvdcz\", \"Ebs\": "
             "{\"VolumeSize\": 100}}]",
             amazon_linux_2);
    scn_fixture_warns(with(members), "enlarge /dev/xvda instead");
    scn_fixture_refuses(with("\"sim\": {\"diskSize\": \"0 GiB\"}"), "has some room");
}
END_TEST

START_TEST(gpu_09_images)
{
    static const char gpu_type[] = "\"InstanceType\": \"g4dn.xlarge\"";
    char members[1024];
    struct scn_loaded loaded;
    snprintf(members, sizeof members, "%s, %s", gpu_type, amazon_linux_2);
    ck_assert(scn_fixture_load(&loaded, with(members)));
    ck_assert(scn_fixture_warned(&loaded, "has no GPU drivers"));
    ck_assert(loaded.scenario.specs[0].no_gpus);
    scn_loaded_release(&loaded);
    snprintf(members, sizeof members,
             "%s, \"ImageId\": \"amzn2-ami-ecs-gpu-hvm-2.0.20190815-x86_64-ebs\"", gpu_type);
    scn_fixture_refuses(with(members), "GPU image of 20190913 or later; this one is of 20190815");
    snprintf(members, sizeof members,
             "%s, \"ImageId\": \"amzn2-ami-ecs-gpu-hvm-2.0.20190913-x86_64-ebs\"", gpu_type);
    ck_assert(scn_fixture_load(&loaded, with(members)));
    ck_assert(!loaded.scenario.specs[0].no_gpus);
    scn_loaded_release(&loaded);
}
END_TEST

START_TEST(ami_1_architecture)
{
    char members[1024];
    snprintf(members, sizeof members, "\"InstanceType\": \"a1.large\", %s", amazon_linux_2);
    scn_fixture_refuses(with(members), "is for x86_64, and a a1.large is arm64");
    scn_fixture_accepts(with("\"InstanceType\": \"a1.large\", \"ImageId\": "
                             "\"amzn2-ami-ecs-hvm-2.0.20200603-arm64-ebs\""));
}
END_TEST

START_TEST(sim_agent_version_and_boot)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(&loaded,
                               with("\"sim\": {\"agentVersion\": \"1.26.0\", \"boot\": \"2m\"}")));
    const struct ecs_launch_spec *spec = &loaded.scenario.specs[0];
    ck_assert_uint_eq(spec->host.agent_version, 1026000);
    ck_assert(spec->boot_given);
    ck_assert_int_eq(spec->host.os, ECS_OS_LINUX);
    scn_loaded_release(&loaded);
    scn_fixture_refuses(with("\"sim\": {\"agentVersion\": \"latest\"}"), "no version of the agent");
}
END_TEST

/* ---- prices ---- */

START_TEST(sim_price_per_hour_is_exact)
{
    static const struct {
        const char *json;
        int64_t nusd;
    } good[] = {{"0.188", 188000000}, {"\"0.123456789\"", 123456789}, {"2", 2000000000}, {"0", 0}};
    static const char *const bad[] = {"\"0.1234567891\"", "-1",     "\"1e-3\"", "\"\"", "true",
                                      "\".5\"",           "\"1.\"", "1000001"};
    char members[256];
    struct scn_loaded loaded;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(members, sizeof members, "\"sim\": {\"pricePerHour\": %s}", good[i].json);
        ck_assert_msg(scn_fixture_load(&loaded, with(members)), "%s", members);
        ck_assert(loaded.scenario.specs[0].price_given);
        ck_assert_int_eq(loaded.scenario.specs[0].price_nusd_per_h, good[i].nusd);
        scn_loaded_release(&loaded);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        snprintf(members, sizeof members, "\"sim\": {\"pricePerHour\": %s}", bad[i]);
        scn_fixture_refuses(with(members), "expected USD an hour");
    }
    scn_fixture_accepts(
        with("\"InstanceType\": \"dl2q.24xlarge\", \"sim\": {\"pricePerHour\": \"9.0\"}"));
}
END_TEST

/* ---- registration ---- */

static const struct join_case {
    const char *members;
    enum ecs_join join;
    const char *words;
} join_cases[] = {
    {"\"KeyName\": \"k\"", ECS_JOIN_REGISTERS, NULL},
    {"\"UserData\": \"#!/bin/bash\\necho ECS_CLUSTER=other >> /etc/ecs/ecs.config\\n\"",
     ECS_JOIN_OTHER_CLUSTER, "register with cluster \"other\""},
    {"\"UserData\": \"#!/bin/bash\\ntrue\\n\"", ECS_JOIN_OTHER_CLUSTER, /* REG-3 */
     "register with cluster \"default\""},
    {"\"UserData\": \"#!/bin/bash\\necho ECS_CLUSTER=web >> /etc/ecs/ecs.config\\necho "
     "AWS_DEFAULT_REGION=eu-west-1 >> /etc/ecs/ecs.config\\n\"",
     ECS_JOIN_OTHER_REGION, "serves no cluster here"},
    {"\"sim\": {\"route\": false}", ECS_JOIN_NO_ROUTE, "reach no endpoint of ECS"},
    {"\"sim\": {\"route\": false}, \"UserData\": \"#!/bin/bash\\nprintf "
     "'ECS_CLUSTER=web\\\\nHTTP_PROXY=10.0.0.1:3128\\\\n' >> /etc/ecs/ecs.config\\n\"",
     ECS_JOIN_REGISTERS, NULL},
    {"\"sim\": {\"role\": false}", ECS_JOIN_NO_ROLE, "not allowed to register"},
    {"\"sim\": {\"sharedSubnet\": true}", ECS_JOIN_REGISTERS, NULL},
    {"\"UserData\": \"#!/bin/bash\\necho ECS_CLUSTER=web >> /etc/ecs/ecs.config\\necho "
     "'ECS_INSTANCE_ATTRIBUTES={stack:1}' >> /etc/ecs/ecs.config\\n\"",
     ECS_JOIN_BAD_SETTINGS, "never register (REG-13)"},
    {"\"UserData\": \"#!/bin/bash\\necho ECS_CLUSTER=web >> /etc/ecs/ecs.config\\necho "
     "'ECS_INSTANCE_ATTRIBUTES={\\\"stack!\\\":\\\"1\\\"}' >> /etc/ecs/ecs.config\\n\"",
     ECS_JOIN_BAD_ATTRIBUTE, "its instances register, then their agent exits"},
};
#define JOIN_CASES ((int)(sizeof join_cases / sizeof join_cases[0]))

START_TEST(reg_3_to_13_clu_21_registration)
{
    const struct join_case *c = &join_cases[_i];
    struct scn_loaded loaded;
    ck_assert_msg(scn_fixture_load(&loaded, with(c->members)), "%s: %s", c->members,
                  loaded.complaints.errors[0]);
    ck_assert_msg(loaded.scenario.specs[0].join == c->join, "%s: %d", c->members,
                  (int)loaded.scenario.specs[0].join);
    if (c->words != NULL)
        ck_assert_msg(scn_fixture_warned(&loaded, c->words), "%s", c->members);
    else
        ck_assert_uint_eq(loaded.complaints.warning_count, 0);
    scn_loaded_release(&loaded);
}
END_TEST

/* CI-26: what user data starts by itself takes nothing of what the instance registers. */
START_TEST(ci_26_containers_outside_ecs)
{
    struct scn_loaded plain, busy;
    ck_assert(scn_fixture_load(&plain, ""));
    ck_assert(scn_fixture_load(
        &busy, with("\"UserData\": \"#!/bin/bash\\necho ECS_CLUSTER=web >> "
                    "/etc/ecs/ecs.config\\ndocker run -d -m 512m --cpus 1 -p 80:80 nginx\\n\"")));
    const struct ecs_launch_spec *a = &plain.scenario.specs[0], *b = &busy.scenario.specs[0];
    ck_assert_int_eq(b->join, ECS_JOIN_REGISTERS);
    ck_assert_int_eq(a->reserved_memory_mib, b->reserved_memory_mib);
    ck_assert_uint_gt(a->reserved_port_count, 0);
    ck_assert_uint_eq(a->reserved_port_count, b->reserved_port_count);
    ck_assert_mem_eq(a->reserved_ports, b->reserved_ports, sizeof a->reserved_ports);
    scn_loaded_release(&plain);
    scn_loaded_release(&busy);
}
END_TEST

static const struct subnet_case {
    const char *facts;
    bool public_address; /* unless AssociatePublicIpAddress is false */
    bool reaches, public_only;
} subnet_cases[] = {
    {"", false, true, false}, /* nothing known */
    {", \"public\": true", true, true, true},
    {", \"public\": true", false, false, true},
    {", \"public\": true, \"nat\": true", false, true, false},
    {", \"public\": true, \"endpoints\": [\"ecs\"]", false, true, false},
    {", \"public\": false", true, true, false}, /* not enough known */
    {", \"public\": false, \"nat\": false, \"endpoints\": []", true, false, false},
    {", \"public\": false, \"nat\": false, \"endpoints\": true", true, true, false},
};
#define SUBNET_CASES ((int)(sizeof subnet_cases / sizeof subnet_cases[0]))

START_TEST(reg_6_route_by_subnet)
{
    const struct subnet_case *c = &subnet_cases[_i];
    struct scn_loaded loaded;
    char members[1024];
    snprintf(members, sizeof members,
             "\"network\": {\"subnets\": {\"subnet-1\": {\"availabilityZone\": "
             "\"us-east-1a\"%s}}}, \"launchConfigurations\": [{\"LaunchConfigurationName\": "
             "\"small\", \"AssociatePublicIpAddress\": %s}], \"autoScalingGroups\": "
             "[{\"AutoScalingGroupName\": \"green-group\", \"VPCZoneIdentifier\": \"subnet-1\"}]",
             c->facts, c->public_address ? "true" : "false");
    ck_assert_msg(scn_fixture_load(&loaded, members), "%s", loaded.complaints.errors[0]);
    const struct ecs_scenario *s = &loaded.scenario;
    enum ecs_join join = c->reaches ? ECS_JOIN_REGISTERS : ECS_JOIN_NO_ROUTE;
    ck_assert_int_eq(s->specs[s->asgs[1].spec].join, join);
    ck_assert_str_eq(s->specs[s->asgs[1].spec].name, "small");
    ck_assert_int_eq(s->specs[s->asgs[0].spec].join, ECS_JOIN_REGISTERS); /* names no subnet */
    ck_assert_int_eq(s->asgs[1].zones[0].public_only, c->public_only);    /* CI-8 */
    ck_assert_int_eq(scn_fixture_warned(&loaded, "reach no endpoint of ECS"), !c->reaches);
    scn_loaded_release(&loaded);
}
END_TEST

/* A call that names again what the group launches changes nothing; one that names another
 * configuration keeps what the group's subnets say. */
START_TEST(reg_6_route_survives_an_update)
{
    struct scn_loaded loaded;
    ck_assert_msg(
        scn_fixture_load(
            &loaded,
            "\"network\": {\"subnets\": {\"subnet-1\": {\"availabilityZone\": "
            "\"us-east-1a\", \"public\": false, \"nat\": false, \"endpoints\": false}}}, "
            "\"launchConfigurations\": [{\"LaunchConfigurationName\": \"other\", \"ImageId\": "
            "\"ami-1\", \"InstanceType\": \"t3.large\", \"UserData\": \"#!/bin/bash\\necho "
            "ECS_CLUSTER=web >> /etc/ecs/ecs.config\\n\"}], \"autoScalingGroups\": "
            "[{\"AutoScalingGroupName\": \"green-group\", \"VPCZoneIdentifier\": \"subnet-1\"}], "
            "\"changes\": [{\"at\": \"5m\", \"UpdateAutoScalingGroup\": "
            "{\"AutoScalingGroupName\": \"green-group\", \"LaunchConfigurationName\": "
            "\"small\"}}, {\"at\": \"6m\", \"UpdateAutoScalingGroup\": "
            "{\"AutoScalingGroupName\": \"green-group\", \"LaunchConfigurationName\": "
            "\"other\"}}, {\"at\": \"7m\", \"UpdateAutoScalingGroup\": "
            "{\"AutoScalingGroupName\": \"blue-group\", \"LaunchConfigurationName\": "
            "\"other\"}}]"),
        "%s", loaded.complaints.errors[0]);
    const struct ecs_scenario *s = &loaded.scenario;
    ck_assert_uint_eq(s->changes[0].spec, s->asgs[1].spec);
    ck_assert_int_eq(s->specs[s->changes[0].spec].join, ECS_JOIN_NO_ROUTE);
    ck_assert_str_eq(s->specs[s->changes[1].spec].name, "other");
    ck_assert_int_eq(s->specs[s->changes[1].spec].join, ECS_JOIN_NO_ROUTE);
    ck_assert_str_eq(s->specs[s->changes[2].spec].name, "other");
    ck_assert_int_eq(s->specs[s->changes[2].spec].join, ECS_JOIN_REGISTERS);
    scn_loaded_release(&loaded);
}
END_TEST

/* Each instance by the subnet that it is launched in: models/ecs_network.c. */
START_TEST(reg_6_subnets_that_differ)
{
    struct scn_loaded loaded;
    ck_assert(scn_fixture_load(
        &loaded,
        "\"network\": {\"subnets\": {\"subnet-1\": {\"availabilityZone\": \"us-east-1a\"}, "
        "\"subnet-2\": {\"availabilityZone\": \"us-east-1a\", \"public\": false, \"nat\": false, "
        "\"endpoints\": false}}}, \"autoScalingGroups\": [{\"AutoScalingGroupName\": "
        "\"green-group\", \"VPCZoneIdentifier\": \"subnet-1,subnet-2\"}]"));
    const struct ecs_scenario *s = &loaded.scenario;
    ck_assert(scn_fixture_warned(&loaded, "some of the group's subnets do not reach ECS"));
    ck_assert_int_eq(s->specs[s->asgs[1].spec].join, ECS_JOIN_REGISTERS);
    ck_assert_int_eq(s->subnets[s->asgs[1].places[1].subnet].ecs, ECS_WAY_NEVER);
    scn_loaded_release(&loaded);
}
END_TEST

/* A template says the same as a configuration, in its own shape. */
START_TEST(ami_2_reg_6_templates)
{
    struct scn_loaded loaded;
    ck_assert_msg(
        scn_fixture_load(
            &loaded,
            "\"network\": {\"subnets\": {\"subnet-1\": {\"availabilityZone\": \"us-east-1a\", "
            "\"public\": true}}}, \"launchTemplates\": [{\"LaunchTemplateName\": \"arm\", \"sim\": "
            "{\"pricePerHour\": \"0.051\", \"boot\": \"90s\"}, \"LaunchTemplateData\": "
            "{\"InstanceType\": \"a1.large\", \"ImageId\": "
            "\"resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2/arm64/recommended\", "
            "\"BlockDeviceMappings\": [{\"DeviceName\": \"/dev/xvda\", \"Ebs\": {\"VolumeSize\": "
            "60}}], \"NetworkInterfaces\": [{\"DeviceIndex\": 0, \"AssociatePublicIpAddress\": "
            "false}], \"UserData\": \"#!/bin/bash\\necho ECS_CLUSTER=web >> "
            "/etc/ecs/ecs.config\\n\"}}], \"autoScalingGroups\": [{\"AutoScalingGroupName\": "
            "\"arms\", \"LaunchTemplate\": {\"LaunchTemplateName\": \"arm\"}, \"MinSize\": 0, "
            "\"MaxSize\": 1, \"VPCZoneIdentifier\": \"subnet-1\"}]"),
        "%s", loaded.complaints.errors[0]);
    const struct ecs_scenario *s = &loaded.scenario;
    const struct ecs_launch_spec *spec = &s->specs[s->asgs[2].spec];
    ck_assert(spec->is_template);
    ck_assert_str_eq(spec->name, "arm");
    ck_assert_int_eq(spec->join, ECS_JOIN_NO_ROUTE);
    ck_assert_int_eq(spec->host.disk_bytes, 60 * GIB);
    ck_assert_int_eq(spec->price_nusd_per_h, 51000000);
    ck_assert(spec->boot_given);
    scn_loaded_release(&loaded);
}
END_TEST

Suite *test_scn_ami_suite(void);
Suite *test_scn_ami_suite(void)
{
    Suite *suite = suite_create("scn_ami");
    TCase *tests = tcase_create("ami");
    tcase_add_loop_test(tests, ami_1_to_5_sto_4_images, 0, IMAGE_CASES);
    tcase_add_test(tests, ami_2_unknown_images);
    tcase_add_loop_test(tests, sto_1_to_4_disks, 0, DISK_CASES);
    tcase_add_test(tests, sto_5_x_9_only_enlarged);
    tcase_add_test(tests, gpu_09_images);
    tcase_add_test(tests, ami_1_architecture);
    tcase_add_test(tests, sim_agent_version_and_boot);
    tcase_add_test(tests, sim_price_per_hour_is_exact);
    tcase_add_loop_test(tests, reg_3_to_13_clu_21_registration, 0, JOIN_CASES);
    tcase_add_test(tests, ci_26_containers_outside_ecs);
    tcase_add_loop_test(tests, reg_6_route_by_subnet, 0, SUBNET_CASES);
    tcase_add_test(tests, reg_6_route_survives_an_update);
    tcase_add_test(tests, reg_6_subnets_that_differ);
    tcase_add_test(tests, ami_2_reg_6_templates);
    suite_add_tcase(suite, tests);
    return suite;
}
