/* User data in every form that sets the agent's settings, and what is said where it cannot be
 * known. */
#include "agent_fixture.h"
#include "test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- forms ---- */

/* Each says: cluster web, 256 MiB reserved, ports 22 and 8080, stack=prod. */
static const char *const forms[] = {
    /* one echo a line */
    "#!/bin/bash\n"
    "echo ECS_CLUSTER=web >> /etc/ecs/ecs.config\n"
    "echo \"ECS_RESERVED_MEMORY=256\" >>/etc/ecs/ecs.config # for the daemon\n"
    "echo 'ECS_RESERVED_PORTS=[22, 8080]' >> \"/etc/ecs/ecs.config\"\n"
    "echo ECS_INSTANCE_ATTRIBUTES='{\"stack\": \"prod\"}' >> /etc/ecs/ecs.config\n",
    /* here document, quoted mark, target first; with Windows line ends */
    "#!/bin/bash\r\n# don't mind\r\ncat > /etc/ecs/ecs.config <<'EOF'\r\n"
    "# comment\r\nECS_CLUSTER=web\r\nECS_RESERVED_MEMORY=256\r\n"
    "ECS_RESERVED_PORTS=[22, 8080]\r\nECS_INSTANCE_ATTRIBUTES={\"stack\": \"prod\"}\r\nEOF\r\n",
    /* variables, expanded here document, two documents on a line, tee */
    "#!/bin/bash -xe\n"
    "exec > >(tee /var/log/user-data.log|logger -t user-data) 2>&1\n"
    "cluster=web; export MEMORY=256\nFILE=/etc/ecs/ecs.config\n"
    "cat << EOF | sudo tee -a ${FILE} > /dev/null\n"
    "ECS_CLUSTER=$cluster\nECS_RESERVED_MEMORY=${MEMORY:-32}\n"
    "ECS_RESERVED_PORTS=[22, ${PORT:-8080}]\nEOF\n"
    "cat <<'A' >/tmp/x; cat <<-B >>$FILE\nECS_CLUSTER=wrong\nA\n"
    "\t\tECS_INSTANCE_ATTRIBUTES={\"stack\": \"prod\"}\n\t\tB\n",
    /* printf and echo -e, a group, && and conditions */
    "#!/bin/sh\nif [ -d /etc/ecs ] && ! grep -q ECS_CLUSTER /etc/ecs/ecs.config; then\n"
    "  { printf '%s=%s\\n' ECS_CLUSTER web ECS_RESERVED_MEMORY 256\n"
    "    echo -e 'ECS_RESERVED_PORTS=[22, 8080]\\nECS_INSTANCE_ATTRIBUTES={\"stack\": \"prod\"}'\n"
    "  } > /etc/ecs/ecs.config && systemctl restart ecs\nfi\n",
    /* truncation forgets what was before; sh -c; continued lines; a here string */
    "#!/bin/bash\necho ECS_LOGLEVEL=nonsense > /etc/ecs/ecs.config\n"
    "sudo sh -c 'echo ECS_CLUSTER=web > /etc/ecs/ecs.config'\n"
    "echo ECS_RESERVED_MEMORY=256 \\\n  >> /etc/ecs/ecs.config\n"
    "tee -a /etc/ecs/ecs.config <<< \"ECS_RESERVED_PORTS=[22, 8080]\"\n"
    "(echo -n ECS_INSTANCE_ATTRIBUTES=; echo '{\"stack\": \"prod\"}') >> /etc/ecs/ecs.config\n",
    /* boothook */
    "#cloud-boothook\ncloud-init-per once ecs_options cat <<'EOF' >> /etc/ecs/ecs.config\n"
    "ECS_CLUSTER=web\nECS_RESERVED_MEMORY=256\nECS_RESERVED_PORTS=[22, 8080]\n"
    "ECS_INSTANCE_ATTRIBUTES={\"stack\": \"prod\"}\nEOF\n",
    /* cloud-config: write_files before runcmd, whatever their order */
    "#cloud-config\n# comment\npackages: [jq, \"aws-cli\"]\nruncmd:\n"
    "  - echo ECS_RESERVED_PORTS='[22, 8080]' >> /etc/ecs/ecs.config\n"
    "  - [sh, -c, 'echo ECS_CLUSTER=web >> /etc/ecs/ecs.config']\n"
    "write_files:\n  - path: /etc/other\n    content: ECS_CLUSTER=other\n"
    "  - path: /etc/ecs/ecs.config\n    permissions: '0644'\n    content: |\n"
    "      ECS_RESERVED_MEMORY=256\n\n      # more\n"
    "  - content: >\n      ECS_INSTANCE_ATTRIBUTES={\"stack\":\n      \"prod\"}\n"
    "    path: \"/etc/ecs/ecs.config\"\n    append: true\n",
    /* cloud-config: sequences as far left as their key, base64, bootcmd before write_files */
    "#cloud-config\nbootcmd:\n- echo ECS_RESERVED_MEMORY=7 >> /etc/ecs/ecs.config\n"
    "write_files:\n- encoding: b64\n  path: /etc/ecs/ecs.config\n"
    "  content: RUNTX0NMVVNURVI9d2ViCkVDU19SRVNFUlZFRF9NRU1PUlk9MjU2Cg==\n"
    "- {path: /etc/ecs/ecs.config, append: true, content: \"ECS_RESERVED_PORTS=[22, 8080]\\n\"}\n"
    "runcmd:\n- |\n  cat <<EOF >> /etc/ecs/ecs.config\n"
    "  ECS_INSTANCE_ATTRIBUTES={\"stack\": \"prod\"}\n  EOF\n",
    /* the same as JSON */
    "#cloud-config\n{\"write_files\": [{\"path\": \"/etc/ecs/ecs.config\", \"content\": "
    "\"ECS_CLUSTER=web\\nECS_RESERVED_MEMORY=256\\nECS_RESERVED_PORTS=[22, 8080]\\n"
    "ECS_INSTANCE_ATTRIBUTES={\\\"stack\\\": \\\"prod\\\"}\\n\"}]}\n",
    /* MIME: the boothook runs first, wherever it stands; one part in base64 */
    "Content-Type: multipart/mixed; boundary=\"==BOUNDARY==\"\nMIME-Version: 1.0\n\n"
    "preamble\n--==BOUNDARY==\nContent-Type: text/x-shellscript; charset=\"us-ascii\"\n\n"
    "#!/bin/bash\necho ECS_CLUSTER=web >> /etc/ecs/ecs.config\n"
    "--==BOUNDARY==\nContent-Type: text/cloud-boothook; charset=\"us-ascii\"\n\n"
    "cat <<EOF > /etc/ecs/ecs.config\nECS_RESERVED_MEMORY=256\n"
    "ECS_INSTANCE_ATTRIBUTES={\"stack\": \"prod\"}\nEOF\n"
    "--==BOUNDARY==\nContent-Transfer-Encoding: base64\nContent-Type: text/cloud-config\n\n"
    "I2Nsb3VkLWNvbmZpZwpydW5jbWQ6CiAgLSBlY2hvICdFQ1NfUkVTRVJWRURfUE9SVFM9WzIyLCA4\n"
    "MDgwXScgPj4gL2V0Yy9lY3MvZWNzLmNvbmZpZwo=\n"
    "--==BOUNDARY==--\nepilogue\n",
    /* base64 of the first form, shortened */
    "IyEvYmluL2Jhc2gKY2F0IDw8J0VPRicgPiAvZXRjL2Vjcy9lY3MuY29uZmlnCkVDU19DTFVTVEVSPXdl\n"
    "YgpFQ1NfUkVTRVJWRURfTUVNT1JZPTI1NgpFQ1NfUkVTRVJWRURfUE9SVFM9WzIyLCA4MDgwXQpFQ1Nf\n"
    "SU5TVEFOQ0VfQVRUUklCVVRFUz17InN0YWNrIjogInByb2QifQpFT0YK\n",
    /* Bottlerocket knows no reserved ports; those are left to the check below */
    ("[settings.ecs]\ncluster = \"web\" # ours\nreserved-memory = 256\n\n"
     "[settings.ecs.instance-attributes]\nstack = \"prod\"\n"),
};

#define FORMS ((int)(sizeof forms / sizeof forms[0]))

static void check_settings(const struct agent_fixture *b, int form)
{
    ck_assert_msg(b->complaints.error_count == 0 && b->complaints.warning_count == 0, "form %d: %s",
                  form, agent_fixture_said(b));
    ck_assert_msg(strcmp(b->agent.cluster, "web") == 0, "form %d: %s", form, b->agent.cluster);
    ck_assert_msg(b->spec.reserved_memory_mib == 256, "form %d", form);
    ck_assert_msg(b->spec.attribute_count == 1, "form %d", form);
    ck_assert_str_eq(b->scenario.names.text[b->spec.attributes[0].name], "stack");
    ck_assert_str_eq(b->scenario.names.text[b->spec.attributes[0].value], "prod");
    if (form == FORMS - 1)
        return;
    ck_assert_msg(b->spec.reserved_port_count == 2, "form %d", form);
    ck_assert_uint_eq(b->spec.reserved_ports[1], 8080);
}

START_TEST(reg_3_reg_8_reg_9_user_data_forms_say_the_same)
{
    struct agent_fixture b;
    agent_fixture_read(&b, forms[_i]);
    check_settings(&b, _i);
    agent_fixture_release(&b);
}
END_TEST

/* gzip in base64, as Terraform writes it: printf 'text' | gzip -n | base64. */
START_TEST(user_data_gzip)
{
    struct agent_fixture b;
    agent_fixture_read(
        &b, "H4sIAAAAAAAAA1NW1E/KzNNPSizO4EpNzshXcHUOjnf2CQ0OcQ2yLU9NUrCzU9BPLUnWT00uBmG9\n"
            "5Py8tMx0LgDzLwN6OAAAAA==\n");
    ck_assert_str_eq(b.agent.cluster, "web");
    agent_fixture_release(&b);
}
END_TEST

struct note_case {
    const char *text, *words, *cluster;
};

static const struct note_case note_cases[] = {
    {"#!/bin/bash\necho ECS_CLUSTER=$(curl -s http://169.254.169.254/x) >> /etc/ecs/ecs.config",
     "worked out at boot", "web"},
    {"#!/bin/bash\necho ECS_CLUSTER=${Cluster} >> /etc/ecs/ecs.config", "worked out at boot",
     "web"},
    {"#!/bin/bash\necho ECS_RESERVED_MEMORY=`free -m` >> /etc/ecs/ecs.config", "default is taken",
     "default"},
    {"#!/bin/bash\naws s3 cp s3://bucket/ecs.config /etc/ecs/ecs.config", "what `aws` does to",
     "default"},
    {"#!/bin/bash\nsed -i s/a/b/ /etc/ecs/ecs.config\n", "what `sed` does to", "default"},
    {"#!/bin/bash\njq -r .x conf > /etc/ecs/ecs.config\n", "what `jq` does to", "default"},
    {"#!/bin/bash\nif true; then echo ECS_CLUSTER=web > /etc/ecs/ecs.config\n"
     "else echo ECS_CLUSTER=b > /etc/ecs/ecs.config; fi",
     "first one is taken", "web"},
    {"#!/bin/bash\ncase \"$STAGE\" in\n  a) echo ECS_CLUSTER=web > /etc/ecs/ecs.config ;;\n"
     "  *) echo ECS_CLUSTER=b > /etc/ecs/ecs.config ;;\nesac\n",
     "of an if or a case", "web"},
    {"#!/bin/bash\ncat <<E >> /etc/ecs/ecs.config\nexport ECS_CLUSTER=web\nE\n",
     "begins with `export` is not of the form NAME=value", "default"},
    {"#!/bin/bash\ncat <<E >> /etc/ecs/ecs.config\nECS_CLUSTER=web\nECS_DATADIR: /x\nE\n",
     "begins with `ECS_DATADIR` is not of the form NAME=value", "web"},
    {"#!/bin/bash\ncat <<E >> /etc/ecs/ecs.config\nECS_CLUSTER=web\necs_datadir=/x\nE\n",
     "ecs_datadir is no setting of the ECS agent that is known here", "web"},
    {"echo ECS_CLUSTER=web >> /etc/ecs/ecs.config", "#!/bin/bash as its first line", "web"},
    {"#!/bin/bash\nECS_CLUSTER=web", "no line writes them", "default"},
    {"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
     "Content-Type: text/x-shellscrip\n\n#!/bin/bash\necho ECS_CLUSTER=b > /etc/ecs/ecs.config\n"
     "--x--\n",
     "no part of type text/x-shellscrip", "default"},
    {"#cloud-config\nwrite_files:\n- path: /etc/ecs/ecs.config\n  encoding: b64\n"
     "  content: '!!'\n",
     "not what encoding b64 says", "default"},
};

/* After the case, what is written counts again; a case in which one branch alone writes to the file
 * is no reason to warn. */
START_TEST(user_data_goes_on_after_a_case)
{
    struct agent_fixture b;
    agent_fixture_read(
        &b, "#!/bin/bash\ncase $A in x) if true; then echo a; else echo b; fi;; y) echo c;; "
            "esac\necho ECS_CLUSTER=web > /etc/ecs/ecs.config\n");
    ck_assert_msg(b.complaints.warning_count == 0, "%s", agent_fixture_said(&b));
    ck_assert_str_eq(b.agent.cluster, "web");
    agent_fixture_release(&b);
}
END_TEST

START_TEST(user_data_says_what_it_cannot_know)
{
    const struct note_case *c = &note_cases[_i];
    struct agent_fixture b;
    agent_fixture_read(&b, c->text);
    ck_assert_msg(b.complaints.error_count == 0, "%s", agent_fixture_said(&b));
    ck_assert_msg(agent_fixture_warned(&b, c->words), "%s\nexpected %s, got %s", c->text, c->words,
                  agent_fixture_said(&b));
    ck_assert_str_eq(b.agent.cluster, c->cluster);
    agent_fixture_release(&b);
}
END_TEST

START_TEST(user_data_windows_is_recognised)
{
    struct agent_fixture b;
    agent_fixture_read(&b, "<powershell>\nImport-Module ECSTools\n"
                           "[Environment]::SetEnvironmentVariable(\"ECS_DISABLE_METRICS\", $FALSE, "
                           "\"Machine\")\n"
                           "Initialize-ECSAgent -Cluster 'web' -EnableTaskIAMRole -LoggingDrivers "
                           "'[\"json-file\",\"awslogs\"]'\n</powershell>\n");
    ck_assert_uint_eq(b.complaints.error_count, 0);
    ck_assert_int_eq(b.spec.host.os, ECS_OS_WINDOWS);
    ck_assert(b.agent.task_roles);
    ck_assert_str_eq(b.agent.cluster, "web");
    ck_assert_uint_eq(b.spec.reserved_port_count, 10);
    ck_assert_uint_eq(b.complaints.warning_count, 0);
    ck_assert(b.agent.abilities & SCN_CAN_TASK_ROLE);
    ck_assert(b.agent.log_drivers & 1); /* awslogs, the first of scn_log_drivers */
    agent_fixture_release(&b);
}
END_TEST

/* ---- the guide's own scripts ---- */

START_TEST(user_data_of_the_guide)
{
    struct agent_fixture b;
    char *guide = test_read_file(test_shared("spec/ecs-developer-guide-2020.txt"), NULL);
    char *hook = strstr(guide, "#cloud-boothook\n# Configure Yum, the Docker daemon");
    ck_assert_ptr_nonnull(hook);
    char *end = strstr(hook, "## Windows Container Instance Configuration");
    ck_assert_ptr_nonnull(end);
    *end = '\0';
    agent_fixture_read(&b, hook);
    ck_assert_msg(b.complaints.error_count == 0 && b.complaints.warning_count == 0, "%s",
                  agent_fixture_said(&b));
    ck_assert_str_eq(b.agent.cluster, "proxy-test");
    ck_assert(
        agent_fixture_has(b.complaints.no_effect, b.complaints.no_effect_count, "HTTP_PROXY"));
    agent_fixture_release(&b);
    free(guide);
}
END_TEST

/* ---- mutation ---- */

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

#define FUZZ_SIZE 8192

/* Flips, deletes, doubles and inserts pieces of the text, in place. */
static void mutate(char *text, uint64_t *state)
{
    static const char *const tokens[] = {"$(",
                                         "${",
                                         "`",
                                         "'",
                                         "\"",
                                         "<<EOF\n",
                                         "{",
                                         "(",
                                         ")",
                                         "}",
                                         "\n",
                                         "|",
                                         ">",
                                         "fi",
                                         "else",
                                         "- ",
                                         ": ",
                                         "|\n",
                                         "--==BOUNDARY==\n",
                                         "$",
                                         "\\",
                                         "[",
                                         "sh -c '",
                                         "a=$a$a\n",
                                         "if ",
                                         "<<<"};
    uint64_t edits = 1 + next_random(state) % 8;
    while (edits-- > 0) {
        size_t length = strlen(text);
        size_t at = length > 0 ? next_random(state) % length : 0;
        size_t size = next_random(state) % 24;
        if (size > length - at)
            size = length - at;
        const char *token = tokens[next_random(state) % (sizeof tokens / sizeof tokens[0])];
        uint64_t kind = next_random(state) % 4;
        size_t extra = kind == 2 ? size : strlen(token);
        if (kind == 0 && length > 0) {
            text[at] = (char)(1 + next_random(state) % 255);
        } else if (kind == 1) {
            memmove(text + at, text + at + size, length - at - size + 1);
        } else if (length + extra < FUZZ_SIZE - 1) {
            char copy[32];
            memcpy(copy, kind == 2 ? text + at : token, extra);
            memmove(text + at + extra, text + at, length - at + 1);
            memcpy(text + at, copy, extra);
        }
    }
}

START_TEST(user_data_mutated_never_crashes)
{
    char text[FUZZ_SIZE];
    uint64_t state = 0x9e3779b97f4a7c15;
    uint32_t good = 0;
    for (uint32_t round = 0; round < 6000; round++) {
        const char *start = forms[round % FORMS];
        struct agent_fixture b;
        snprintf(text, sizeof text, "%s", start);
        for (uint64_t n = 1 + next_random(&state) % 3; n > 0; n--)
            mutate(text, &state);
        agent_fixture_read(&b, text);
        ck_assert_uint_le(b.spec.reserved_port_count, ECS_PORTS_MAX);
        ck_assert_ptr_nonnull(b.agent.cluster);
        good += b.complaints.error_count == 0 && strcmp(b.agent.cluster, "web") == 0;
        agent_fixture_release(&b);
    }
    ck_assert_uint_gt(good, 600); /* the mutations do not just destroy everything */
}
END_TEST

/* What grows without end, or nests without end, is cut off. */
/* EC2's own limit is on the text before base64. */
START_TEST(user_data_is_no_longer_than_ec2_takes)
{
    static const char head[] = "#!/bin/sh\necho ECS_CLUSTER=web > /etc/ecs/ecs.config\n#";
    struct agent_fixture b;
    char text[16386];
    memset(text, 'x', sizeof text);
    memcpy(text, head, sizeof head - 1);
    for (size_t length = 16384; length < sizeof text; length++) {
        text[length] = '\0';
        agent_fixture_read(&b, text);
        ck_assert_int_eq(agent_fixture_refused(&b, "EC2 takes at most 16384"), length > 16384);
        ck_assert_str_eq(b.agent.cluster, "web");
        agent_fixture_release(&b);
        text[length] = 'x';
    }
}
END_TEST

START_TEST(user_data_is_bounded)
{
    static char text[200000];
    struct agent_fixture b;
    size_t length = (size_t)snprintf(text, sizeof text, "#!/bin/sh\na=xxxxxxxx\n");
    for (int i = 0; i < 40; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "a=$a$a\n");
    agent_fixture_read(&b, text);
    ck_assert(agent_fixture_refused(&b, "beyond 4 MiB"));
    agent_fixture_release(&b);
    static const char *const nests[] = {"#!/bin/sh\n(", "#!/bin/sh\n${a:-", "#cloud-config\n[",
                                        "#cloud-config\n- ", "#cloud-config\n{a: "};
    for (size_t i = 0; i < sizeof nests / sizeof nests[0]; i++) {
        const char *unit = strchr(nests[i], '\n') + 1;
        length = (size_t)snprintf(text, sizeof text, "%s", nests[i]);
        for (int j = 0; j < 20000; j++)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s", unit);
        agent_fixture_read(&b, text);
        ck_assert_str_eq(b.agent.cluster, "default");
        agent_fixture_release(&b);
    }
}
END_TEST

Suite *test_scn_user_data_suite(void);

Suite *test_scn_user_data_suite(void)
{
    Suite *suite = suite_create("scn_user_data");
    TCase *tests = tcase_create("scn_user_data");
    tcase_add_loop_test(tests, reg_3_reg_8_reg_9_user_data_forms_say_the_same, 0, FORMS);
    tcase_add_test(tests, user_data_gzip);
    tcase_add_test(tests, user_data_goes_on_after_a_case);
    tcase_add_loop_test(tests, user_data_says_what_it_cannot_know, 0,
                        (int)(sizeof note_cases / sizeof note_cases[0]));
    tcase_add_test(tests, user_data_windows_is_recognised);
    tcase_add_test(tests, user_data_of_the_guide);
    tcase_add_test(tests, user_data_mutated_never_crashes);
    tcase_add_test(tests, user_data_is_no_longer_than_ec2_takes);
    tcase_add_test(tests, user_data_is_bounded);
    suite_add_tcase(suite, tests);
    return suite;
}
