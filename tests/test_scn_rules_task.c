/* The rules of the guide about tasks and placement, one test a rule: what the
 * loader accepts, refuses and warns about. Each case is merged over tests/bad/base.json. */
#include "scn_fixture.h"
#include "test_support.h"

START_TEST(rule_TDF_02)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"r\", \"containerDefinitions\": [{\"name\": "
        "\"a\", \"image\": \"i\", \"memory\": 64}]}], \"runTasks\": [{\"at\": \"1m\", \"t"
        "askDefinition\": \"r:1\"}]");
    scn_fixture_refuses("\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job:2\"}]",
                        "there is no task definition");
}
END_TEST

START_TEST(rule_TDF_03)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"a_B-9\", \"containerDefinitions\": [{\"name"
        "\": \"a\", \"image\": \"i\", \"memory\": 64}]}]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"a.b\", \"containerDefinitions\": [{\"name\""
        ": \"a\", \"image\": \"i\", \"memory\": 64}]}]",
        "holds \".\"");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"containerDefinitions"
        "\": [{\"name\": \"a\", \"image\": \"i\", \"memory\": 64}]}]",
        "at most 255");
}
END_TEST

START_TEST(rule_TDF_04)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"other\", \"containerDefinitions\": [{\"name"
        "\": \"c0\", \"image\": \"i\", \"memory\": 64}, {\"name\": \"c1\", \"image\": \"i"
        "\", \"memory\": 64}, {\"name\": \"c2\", \"image\": \"i\", \"memory\": 64}, {\"na"
        "me\": \"c3\", \"image\": \"i\", \"memory\": 64}, {\"name\": \"c4\", \"image\": "
        "\"i\", \"memory\": 64}, {\"name\": \"c5\", \"image\": \"i\", \"memory\": 64}, {"
        "\"name\": \"c6\", \"image\": \"i\", \"memory\": 64}, {\"name\": \"c7\", \"image"
        "\": \"i\", \"memory\": 64}, {\"name\": \"c8\", \"image\": \"i\", \"memory\": 64}"
        ", {\"name\": \"c9\", \"image\": \"i\", \"memory\": 64}]}]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"other\", \"containerDefinitions\": [{\"name"
        "\": \"c0\", \"image\": \"i\", \"memory\": 64}, {\"name\": \"c1\", \"image\": \"i"
        "\", \"memory\": 64}, {\"name\": \"c2\", \"image\": \"i\", \"memory\": 64}, {\"na"
        "me\": \"c3\", \"image\": \"i\", \"memory\": 64}, {\"name\": \"c4\", \"image\": "
        "\"i\", \"memory\": 64}, {\"name\": \"c5\", \"image\": \"i\", \"memory\": 64}, {"
        "\"name\": \"c6\", \"image\": \"i\", \"memory\": 64}, {\"name\": \"c7\", \"image"
        "\": \"i\", \"memory\": 64}, {\"name\": \"c8\", \"image\": \"i\", \"memory\": 64}"
        ", {\"name\": \"c9\", \"image\": \"i\", \"memory\": 64}, {\"name\": \"c10\", \"im"
        "age\": \"i\", \"memory\": 64}]}]",
        "1 to 10 are allowed");
}
END_TEST

START_TEST(rule_TDF_05)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"other\", \"containerDefinitions\": [{\"name"
        "\": \"a\", \"image\": \"i\", \"memory\": 64}, {\"name\": \"b\", \"image\": \"i\""
        ", \"memory\": 64, \"essential\": false}]}]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"essential\": false}]}]",
        "no container is essential");
}
END_TEST

START_TEST(rule_RES_04d)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"cpu\": 0}], \"cpu\": \"128\"}]");
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"cpu\": \"10 vCPU\"}]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"cpu\": 0}], \"cpu\": \"127\"}]",
        "128 to 10240");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"cpu\": \"10241\"}]",
        "128 to 10240");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"cpu\": 256}]",
        "expected a text in quotes");
}
END_TEST

START_TEST(rule_RES_04e)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"cpu\": 256}], \"cpu\": \"256\"}]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"cpu\": 257}], \"cpu\": \"256\"}]",
        "257 units together");
}
END_TEST

START_TEST(rule_RES_05)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"other\", \"containerDefinitions\": [{\"name"
        "\": \"a\", \"image\": \"i\"}], \"memory\": \"1 GB\"}]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"other\", \"containerDefinitions\": [{\"name"
        "\": \"a\", \"image\": \"i\"}]}]",
        "neither memory nor memoryReservation");
}
END_TEST

START_TEST(rule_RES_06)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"memoryReservation\": 127}]}]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"memoryReservation\": 128}]}]",
        "must be less than memory 128");
}
END_TEST

START_TEST(rule_RES_08)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"memory\": 4}]}]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"memory\": 3}]}]",
        "write 4 to");
}
END_TEST

START_TEST(rule_RES_09)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"memory\": \"128\"}]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"memory\": \"127\"}]",
        "128 MiB together");
}
END_TEST

START_TEST(rule_GPU_01)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"resourceRequirements\": [{\"type\": \"GPU\", \"value\": \"1\"}]}]}"
        "]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"resourceRequirements\": [{\"type\": \"GPU\", \"value\": \"0\"}]}]}"
        "]",
        "no number of GPUs");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"resourceRequirements\": [{\"type\": \"GPU\", \"value\": \"0.5\"}]}"
        "]}]",
        "no number of GPUs");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"resourceRequirements\": [{\"type\": \"InferenceAccelerator\", \"va"
        "lue\": \"d\"}]}]}]",
        "not simulated yet");
}
END_TEST

START_TEST(rule_NET_01)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"networkMode\": \"host\"}]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"networkMode\": \"Bridge\"}]",
        "did you mean bridge");
}
END_TEST

START_TEST(rule_NET_02)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"networkMode\": \"none\"}]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 80}]}], \"networkMode\": \"no"
        "ne\"}]",
        "has no ports");
}
END_TEST

START_TEST(rule_NET_03)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 80, \"hostPort\": 0}, {\"cont"
        "ainerPort\": 81, \"hostPort\": 8081}]}]}]");
}
END_TEST

START_TEST(rule_NET_04)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 80, \"hostPort\": 80}]}], \"n"
        "etworkMode\": \"host\"}]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 80, \"hostPort\": 81}]}], \"n"
        "etworkMode\": \"host\"}]",
        "write 80");
}
END_TEST

START_TEST(rule_NET_05)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 80}]}], \"networkMode\": \"aw"
        "svpc\"}], \"network\": {\"subnets\": {\"s-a\": {\"availabilityZone\": \"us-east-"
        "1a\"}, \"s-b\": {\"availabilityZone\": \"us-east-1b\"}}}, \"runTasks\": [{\"name"
        "\": \"first\", \"networkConfiguration\": {\"awsvpcConfiguration\": {\"subnets\":"
        " [\"s-a\", \"s-b\"]}}}]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 80, \"hostPort\": 81}]}], \"n"
        "etworkMode\": \"awsvpc\"}]",
        "write 80");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"networkMode\": \"awsvpc\"}]",
        "add networkConfiguration");
    scn_fixture_refuses(
        "\"runTasks\": [{\"name\": \"first\", \"networkConfiguration\": {\"awsvpcConfigur"
        "ation\": {\"subnets\": [\"s\"]}}}]",
        "only tasks with networkMode awsvpc");
}
END_TEST

/* The base's groups are in zones a and b: one of them is enough. */
START_TEST(rule_ENI_07)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"networkMode\": \"awsvpc\"}], \"network\": {\"subnets\": {\"s-a\""
        ": {\"availabilityZone\": \"us-east-1a\"}}}, \"runTasks\": [{\"name\": \"first\","
        " \"networkConfiguration\": {\"awsvpcConfiguration\": {\"subnets\": [\"s-a\"]}}}]");
    scn_fixture_warns(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"networkMode\": \"awsvpc\"}], \"network\": {\"subnets\": {\"s-c\""
        ": {\"availabilityZone\": \"us-east-1c\"}}}, \"runTasks\": [{\"name\": \"first\","
        " \"networkConfiguration\": {\"awsvpcConfiguration\": {\"subnets\": [\"s-c\"]}}}]",
        "is in the zone of one of their subnets, so they never start");
}
END_TEST

START_TEST(rule_ENI_12)
{
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"networkMode\": \"awsvpc\"}], \"runTasks\": [{\"name\": \"first\""
        ", \"networkConfiguration\": {\"awsvpcConfiguration\": {\"subnets\": [\"s\"], \"a"
        "ssignPublicIp\": \"ENABLED\"}}}]",
        "write DISABLED");
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\"}], \"networkMode\": \"awsvpc\"}], \"network\": {\"subnets\": {\"s\": "
        "{\"availabilityZone\": \"us-east-1a\"}}}, \"runTasks\": [{\"name\": \"first\""
        ", \"networkConfiguration\": {\"awsvpcConfiguration\": {\"subnets\": [\"s\"], \"a"
        "ssignPublicIp\": \"DISABLED\"}}}]");
}
END_TEST

START_TEST(rule_PRT_01)
{
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"hostPort\": 80}]}]}]",
        "`containerPort` is missing");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 65536}]}]}]",
        "write 1 to 65535");
}
END_TEST

START_TEST(rule_PRT_02)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 80}, {\"containerPort\": 81, "
        "\"hostPort\": 0}]}]}]");
}
END_TEST

START_TEST(rule_PRT_04)
{
    scn_fixture_warns(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 80, \"hostPort\": 50000}]}]}]",
        "hand out by themselves");
    scn_fixture_refuses(
        "\"behaviour\": {\"ephemeralHostPorts\": \"refuse\"}, "
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 80, \"hostPort\": 32768}]}]}]",
        "choose one below 32768");
    scn_fixture_accepts(
        "\"behaviour\": {\"ephemeralHostPorts\": \"refuse\"}, "
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 80, \"hostPort\": 32767}]}]}]");
}
END_TEST

START_TEST(rule_PRT_05)
{
    scn_fixture_warns(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 22, \"hostPort\": 22}]}]}]",
        "keep port 22 for themselves");
}
END_TEST

START_TEST(rule_PRT_06)
{
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 80, \"hostPort\": 80}, {\"con"
        "tainerPort\": 81, \"hostPort\": 80}]}]}]",
        "mapped twice");
}
END_TEST

START_TEST(rule_PRT_07)
{
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 1000, \"hostPort\": 1000}, {"
        "\"containerPort\": 1001, \"hostPort\": 1001}, {\"containerPort\": 1002, \"hostPo"
        "rt\": 1002}, {\"containerPort\": 1003, \"hostPort\": 1003}, {\"containerPort\": "
        "1004, \"hostPort\": 1004}, {\"containerPort\": 1005, \"hostPort\": 1005}, {\"con"
        "tainerPort\": 1006, \"hostPort\": 1006}, {\"containerPort\": 1007, \"hostPort\":"
        " 1007}, {\"containerPort\": 1008, \"hostPort\": 1008}, {\"containerPort\": 1009,"
        " \"hostPort\": 1009}, {\"containerPort\": 1010, \"hostPort\": 1010}, {\"containe"
        "rPort\": 1011, \"hostPort\": 1011}, {\"containerPort\": 1012, \"hostPort\": 1012"
        "}, {\"containerPort\": 1013, \"hostPort\": 1013}, {\"containerPort\": 1014, \"ho"
        "stPort\": 1014}, {\"containerPort\": 1015, \"hostPort\": 1015}, {\"containerPort"
        "\": 1016, \"hostPort\": 1016}, {\"containerPort\": 1017, \"hostPort\": 1017}, {"
        "\"containerPort\": 1018, \"hostPort\": 1018}, {\"containerPort\": 1019, \"hostPo"
        "rt\": 1019}, {\"containerPort\": 1020, \"hostPort\": 1020}, {\"containerPort\": "
        "1021, \"hostPort\": 1021}, {\"containerPort\": 1022, \"hostPort\": 1022}, {\"con"
        "tainerPort\": 1023, \"hostPort\": 1023}, {\"containerPort\": 1024, \"hostPort\":"
        " 1024}, {\"containerPort\": 1025, \"hostPort\": 1025}, {\"containerPort\": 1026,"
        " \"hostPort\": 1026}, {\"containerPort\": 1027, \"hostPort\": 1027}, {\"containe"
        "rPort\": 1028, \"hostPort\": 1028}, {\"containerPort\": 1029, \"hostPort\": 1029"
        "}, {\"containerPort\": 1030, \"hostPort\": 1030}, {\"containerPort\": 1031, \"ho"
        "stPort\": 1031}, {\"containerPort\": 1032, \"hostPort\": 1032}, {\"containerPort"
        "\": 1033, \"hostPort\": 1033}, {\"containerPort\": 1034, \"hostPort\": 1034}, {"
        "\"containerPort\": 1035, \"hostPort\": 1035}, {\"containerPort\": 1036, \"hostPo"
        "rt\": 1036}, {\"containerPort\": 1037, \"hostPort\": 1037}, {\"containerPort\": "
        "1038, \"hostPort\": 1038}, {\"containerPort\": 1039, \"hostPort\": 1039}, {\"con"
        "tainerPort\": 1040, \"hostPort\": 1040}, {\"containerPort\": 1041, \"hostPort\":"
        " 1041}, {\"containerPort\": 1042, \"hostPort\": 1042}, {\"containerPort\": 1043,"
        " \"hostPort\": 1043}, {\"containerPort\": 1044, \"hostPort\": 1044}, {\"containe"
        "rPort\": 1045, \"hostPort\": 1045}, {\"containerPort\": 1046, \"hostPort\": 1046"
        "}, {\"containerPort\": 1047, \"hostPort\": 1047}, {\"containerPort\": 1048, \"ho"
        "stPort\": 1048}, {\"containerPort\": 1049, \"hostPort\": 1049}, {\"containerPort"
        "\": 1050, \"hostPort\": 1050}, {\"containerPort\": 1051, \"hostPort\": 1051}, {"
        "\"containerPort\": 1052, \"hostPort\": 1052}, {\"containerPort\": 1053, \"hostPo"
        "rt\": 1053}, {\"containerPort\": 1054, \"hostPort\": 1054}, {\"containerPort\": "
        "1055, \"hostPort\": 1055}, {\"containerPort\": 1056, \"hostPort\": 1056}, {\"con"
        "tainerPort\": 1057, \"hostPort\": 1057}, {\"containerPort\": 1058, \"hostPort\":"
        " 1058}, {\"containerPort\": 1059, \"hostPort\": 1059}, {\"containerPort\": 1060,"
        " \"hostPort\": 1060}, {\"containerPort\": 1061, \"hostPort\": 1061}, {\"containe"
        "rPort\": 1062, \"hostPort\": 1062}, {\"containerPort\": 1063, \"hostPort\": 1063"
        "}, {\"containerPort\": 1064, \"hostPort\": 1064}, {\"containerPort\": 1065, \"ho"
        "stPort\": 1065}, {\"containerPort\": 1066, \"hostPort\": 1066}, {\"containerPort"
        "\": 1067, \"hostPort\": 1067}, {\"containerPort\": 1068, \"hostPort\": 1068}, {"
        "\"containerPort\": 1069, \"hostPort\": 1069}, {\"containerPort\": 1070, \"hostPo"
        "rt\": 1070}, {\"containerPort\": 1071, \"hostPort\": 1071}, {\"containerPort\": "
        "1072, \"hostPort\": 1072}, {\"containerPort\": 1073, \"hostPort\": 1073}, {\"con"
        "tainerPort\": 1074, \"hostPort\": 1074}, {\"containerPort\": 1075, \"hostPort\":"
        " 1075}, {\"containerPort\": 1076, \"hostPort\": 1076}, {\"containerPort\": 1077,"
        " \"hostPort\": 1077}, {\"containerPort\": 1078, \"hostPort\": 1078}, {\"containe"
        "rPort\": 1079, \"hostPort\": 1079}, {\"containerPort\": 1080, \"hostPort\": 1080"
        "}, {\"containerPort\": 1081, \"hostPort\": 1081}, {\"containerPort\": 1082, \"ho"
        "stPort\": 1082}, {\"containerPort\": 1083, \"hostPort\": 1083}, {\"containerPort"
        "\": 1084, \"hostPort\": 1084}, {\"containerPort\": 1085, \"hostPort\": 1085}, {"
        "\"containerPort\": 1086, \"hostPort\": 1086}, {\"containerPort\": 1087, \"hostPo"
        "rt\": 1087}, {\"containerPort\": 1088, \"hostPort\": 1088}, {\"containerPort\": "
        "1089, \"hostPort\": 1089}, {\"containerPort\": 1090, \"hostPort\": 1090}, {\"con"
        "tainerPort\": 1091, \"hostPort\": 1091}, {\"containerPort\": 1092, \"hostPort\":"
        " 1092}, {\"containerPort\": 1093, \"hostPort\": 1093}, {\"containerPort\": 1094,"
        " \"hostPort\": 1094}, {\"containerPort\": 1095, \"hostPort\": 1095}, {\"containe"
        "rPort\": 1096, \"hostPort\": 1096}, {\"containerPort\": 1097, \"hostPort\": 1097"
        "}, {\"containerPort\": 1098, \"hostPort\": 1098}, {\"containerPort\": 1099, \"ho"
        "stPort\": 1099}, {\"containerPort\": 1100, \"hostPort\": 1100}]}]}]",
        "more than 100 static host ports");
}
END_TEST

START_TEST(rule_PRT_09)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 80, \"hostPort\": 80}, {\"con"
        "tainerPort\": 80, \"hostPort\": 80, \"protocol\": \"udp\"}]}]}]");
    scn_fixture_refuses(
        "\"taskDefinitions\": [{\"family\": \"job\", \"containerDefinitions\": [{\"name\""
        ": \"main\", \"portMappings\": [{\"containerPort\": 80, \"protocol\": \"sctp\"}]}"
        "]}]",
        "write one of tcp, udp");
}
END_TEST

START_TEST(rule_TG_04)
{
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"group\": \"gggggg"
        "gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg"
        "gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg"
        "gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg"
        "ggggggggg\"}]");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"group\": \"gggggg"
        "gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg"
        "gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg"
        "gggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggggg"
        "gggggggggg\"}]",
        "at most 255");
}
END_TEST

START_TEST(rule_QTA_09)
{
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"count\": 10}]");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"count\": 11}]",
        "write 1 to 10");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"count\": 0}]",
        "write 1 to 10");
}
END_TEST

START_TEST(rule_RUN_01)
{
    scn_fixture_refuses("\"runTasks\": [{\"taskDefinition\": \"job\"}]", "`at` is missing");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"cluster\": \"othe"
        "r\"}]",
        "the scenario's cluster is");
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"1m\", \"taskDefinition\": \"job\", \"cluster\": \"arn:"
        "aws:ecs:us-east-1:1:cluster/web\"}]");
    scn_fixture_accepts(
        "\"runTasks\": [{\"at\": \"2024-01-01T00:10:00Z\", \"taskDefinition\": \"job\"}]");
    scn_fixture_refuses(
        "\"runTasks\": [{\"at\": \"2023-12-31T23:59:59Z\", \"taskDefinition\": \"job\"}]",
        "before the run");
}
END_TEST

START_TEST(rule_endless_tasks)
{
    scn_fixture_accepts(
        "\"taskDefinitions\": [{\"family\": \"other\", \"containerDefinitions\": [{\"name"
        "\": \"a\", \"image\": \"i\", \"memory\": 64}]}], \"runTasks\": [{\"at\": \"1m\","
        " \"taskDefinition\": \"other\"}]");
}
END_TEST

Suite *test_scn_rules_task_suite(void);

Suite *test_scn_rules_task_suite(void)
{
    Suite *suite = suite_create("scn_rules_task");
    TCase *tests = tcase_create("scn_rules_task");
    suite_add_tcase(suite, tests);
    tcase_add_test(tests, rule_TDF_02);
    tcase_add_test(tests, rule_TDF_03);
    tcase_add_test(tests, rule_TDF_04);
    tcase_add_test(tests, rule_TDF_05);
    tcase_add_test(tests, rule_RES_04d);
    tcase_add_test(tests, rule_RES_04e);
    tcase_add_test(tests, rule_RES_05);
    tcase_add_test(tests, rule_RES_06);
    tcase_add_test(tests, rule_RES_08);
    tcase_add_test(tests, rule_RES_09);
    tcase_add_test(tests, rule_GPU_01);
    tcase_add_test(tests, rule_NET_01);
    tcase_add_test(tests, rule_NET_02);
    tcase_add_test(tests, rule_NET_03);
    tcase_add_test(tests, rule_NET_04);
    tcase_add_test(tests, rule_NET_05);
    tcase_add_test(tests, rule_ENI_07);
    tcase_add_test(tests, rule_ENI_12);
    tcase_add_test(tests, rule_PRT_01);
    tcase_add_test(tests, rule_PRT_02);
    tcase_add_test(tests, rule_PRT_04);
    tcase_add_test(tests, rule_PRT_05);
    tcase_add_test(tests, rule_PRT_06);
    tcase_add_test(tests, rule_PRT_07);
    tcase_add_test(tests, rule_PRT_09);
    tcase_add_test(tests, rule_TG_04);
    tcase_add_test(tests, rule_QTA_09);
    tcase_add_test(tests, rule_RUN_01);
    tcase_add_test(tests, rule_endless_tasks);
    return suite;
}
